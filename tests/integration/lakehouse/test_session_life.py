"""A session's life in a process of its own: quiet, and gone when it is stopped."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.spark import JARS

ROOT = Path(__file__).parents[3]

LIFE = """
import sys
from pathlib import Path
from lakehouse.lake import Lake
from lakehouse.session import open_session, stop
session = open_session(Lake(Path(sys.argv[1])), jars=Path(sys.argv[2]))
process = session.sparkContext._gateway.proc
print(session.sql("select 40 + 2").first()[0])
stop(session)
print("gone" if process.poll() is not None else "still there")
"""


def test_a_session_is_quiet_and_leaves_nothing(tmp_path: Path) -> None:
    """Nothing on stderr, no JVM after the stop, nothing left in the working folder."""
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LIFE, str(tmp_path / "lake"), str(JARS)],
        capture_output=True,
        text=True,
        check=False,
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["42", "gone"]
    assert done.returncode == 0
    assert list(work.iterdir()) == []
