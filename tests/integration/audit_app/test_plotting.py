"""Claims about plotting on the server: what failed once is tried again, whatever the machine's own encoding."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit_app.plotting import plotted

ROOT = Path(__file__).parents[3]


def program(folder: Path, lines: str) -> None:
    """A `dot` of the test's own."""
    (folder / "dot").write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    (folder / "dot").chmod(0o755)


def test_what_failed_once_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not there, then busy, then there: the picture is plotted, and once."""
    drawing = f"digraph {{ once -> again }} // {tmp_path}"
    monkeypatch.setenv("PATH", f"{tmp_path}")
    assert plotted(drawing) is None
    program(tmp_path, "exit 1")
    assert plotted(drawing) is None
    program(tmp_path, "echo '<svg/>'")
    assert plotted(drawing) == "<svg/>\n"
    program(tmp_path, "exit 1")
    assert plotted(drawing) == "<svg/>\n"


def test_words_come_back_as_they_went(tmp_path: Path) -> None:
    """Graphviz speaks UTF-8; a machine whose language is C need not."""
    program(tmp_path, "exec cat")
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    said = "from audit_app.plotting import plotted; print(ascii(plotted('\\xdcbergr\\xf6\\xdfe')))"
    done = subprocess.run([sys.executable, "-c", said], env=environment, capture_output=True, check=True)
    assert done.stdout.decode().strip() == ascii("Übergröße")
