"""A command as a session of processes that can be killed as a whole, and watched until nothing of it runs on."""

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from tests.support.command_line import ROOT, command, environment

Process: TypeAlias = "subprocess.Popen[str]"

ORPHAN_SECONDS = 30  # a Java process takes a few to notice that its parent is gone
_LOOK_SECONDS = 0.05


@contextmanager
def started(home: Path, *arguments: str) -> Iterator[Process]:
    """A command in a session of its own, which is gone afterwards whatever the test did."""
    with subprocess.Popen(
        command(home, *arguments),
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
            for member in _members(process.pid):
                _kill(member)


def read_until(process: Process, text: str) -> str:
    """What was printed up to the line with text."""
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if text in line:
            return "".join(said)
    raise AssertionError(f"ended without saying {text!r}:\n{''.join(said)}")


def wait_for_file(process: Process, path: Path) -> None:
    """Return once path is there; fail when process ends before."""
    ended = os.pidfd_open(process.pid)
    try:
        while not path.exists():
            over, _, _ = select.select([ended], [], [], _LOOK_SECONDS)
            assert not over or path.exists(), f"ended without writing {path.name}"
    finally:
        os.close(ended)


def kill_and_wait(process: Process) -> None:
    """Kill -9 the command, then wait until what it had started has ended by itself; fail where it runs on."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
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


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


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
