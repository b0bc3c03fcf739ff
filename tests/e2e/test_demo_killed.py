"""The demo killed in a step: the next start in the same home says what it cleaned, and goes on from the beginning."""

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import ROOT, command, environment

# A line that only this step says while it works, or its heading: then it has begun.
IN_STEP = {"Ingest": "sent again corrected"}

ORPHAN_SECONDS = 30  # a Java process takes a few to notice that its parent is gone


@contextmanager
def _started(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """The demo in a session of its own, which is gone afterwards whatever the test did."""
    with subprocess.Popen(
        command(home, "demo", "--no-serve"),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            _kill(process.pid)


def _kill(session: int) -> None:
    for member in _members(session):
        try:
            os.kill(member, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _members(session: int) -> list[int]:
    """The living processes of a session, zombies aside."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _, _, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_session) == session and state != "Z":
            found.append(int(entry.name))
    return found


def _read_until(process: "subprocess.Popen[str]", text: str) -> str:
    """What was printed up to the line with text."""
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if text in line:
            return "".join(said)
    raise AssertionError(f"ended without saying {text!r}:\n{''.join(said)}")


@pytest.mark.spark
@pytest.mark.parametrize("step", IN_STEP)
def test_a_killed_demo_starts_again(tmp_path: Path, step: str) -> None:
    """After kill -9 in a step nothing of it runs on; the next start cleans, says so, and gets past step 1."""
    home = tmp_path / "home"
    with _started(home) as first:
        _read_until(first, IN_STEP[step])
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        _ends(first)
    with _started(home) as second:
        said = _read_until(second, "2. Transform")
    assert f"cleaned: {home} held an interrupted demo" in said
    assert "24 drops: 1946 applications loaded, 43 rows in quarantine" in said


def _ends(process: "subprocess.Popen[str]") -> None:
    """Wait until whatever the demo had started has ended by itself; fail where something runs on."""
    for member in _members(process.pid):
        try:
            ended = os.pidfd_open(member)
        except ProcessLookupError:
            continue
        try:
            assert select.select([ended], [], [], ORPHAN_SECONDS)[0], f"process {member} runs on"
        finally:
            os.close(ended)
    assert _members(process.pid) == []
