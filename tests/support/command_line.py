"""The command line for tests: as a process of its own, or in this one where starting a process tells nothing."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lakeproof.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of standard output."""
        return json.loads(self.out.splitlines()[-1])


def lakeproof(home: Path, *arguments: str) -> Said:
    """Run a command of this process's environment on home, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        main((*arguments, "--home", str(home)))
    return Said(code=int(left.value.code or 0), out=out.getvalue(), err=err.getvalue())


def command(home: Path, *arguments: str) -> list[str]:
    """The same command for a process of its own, started in the project's folder."""
    return [sys.executable, "-m", "lakeproof", *arguments, "--home", str(home)]


def environment() -> dict[str, str]:
    """This process's environment without any setting of ours."""
    return {key: value for key, value in os.environ.items() if not key.startswith("LAKEPROOF_")}


def lakeproof_process(home: Path, *arguments: str, timeout: float = 120) -> Said:
    """Run a command on home as a process of its own; `timeout` in seconds."""
    ended = subprocess.run(
        command(home, *arguments),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Said(code=ended.returncode, out=ended.stdout, err=ended.stderr)
