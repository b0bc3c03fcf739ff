"""Several processes feed one record; any of them may die at any moment; nothing acknowledged is lost."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from lineage.certainty import Verified
from tests.support import appending

ROOT = Path(__file__).parents[3]


def feeding(home: Path, stream: str, count: int) -> "subprocess.Popen[str]":
    """A process that appends count events of its own stream."""
    return subprocess.Popen(
        [sys.executable, "-m", appending.__name__, str(home), stream, str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def begin(*processes: "subprocess.Popen[str]") -> None:
    """Let all of them append, once each has opened the record."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()


def acknowledged(process: "subprocess.Popen[str]") -> Iterator[tuple[int, int]]:
    """(seq, event number) as the process reports them; a line cut by its death does not count."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith("\n"):
            seq, number = line.split()
            yield int(seq), int(number)


def test_two_processes_make_one_log_without_gaps(tmp_path: Path) -> None:
    """Both open a fresh home and append at once: every number once, times rising, all verified, no stream torn."""
    first, second = feeding(tmp_path, "first", 120), feeding(tmp_path, "second", 120)
    with first, second:
        begin(first, second)
        receipts = [seq for process in (first, second) for seq, _ in acknowledged(process)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(receipts) == list(range(240))
    with Catalog.open(tmp_path) as catalog:
        kept = catalog.log.checkpoint()
        entries = catalog.log.entries()
        assert [entry.seq for entry in entries] == list(range(240))
        assert all(a.recorded_at < b.recorded_at for a, b in itertools.pairwise(entries))
        producers = [entry.envelope.producer for entry in entries]
        assert producers != sorted(producers), "the processes did not overlap"
        assert catalog.intake.gaps() == ()
        assert isinstance(catalog.log.verify(kept), Verified)


@pytest.mark.parametrize("killed_after", [1, 40])
def test_a_killed_process_loses_nothing_acknowledged(tmp_path: Path, killed_after: int) -> None:
    """kill -9 amid appends: each acknowledged event is in the log, the log verifies, and goes on where it was."""
    process = feeding(tmp_path, "doomed", 100_000)
    receipts: list[tuple[int, int]] = []
    with process:
        begin(process)
        for receipt in acknowledged(process):
            receipts.append(receipt)
            if len(receipts) == killed_after:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    with Catalog.open(tmp_path) as catalog:
        entries = catalog.log.entries()
        assert dict(receipts) == {
            entry.seq: entry.envelope.producer_seq for entry in entries[: len(receipts)]
        }
        assert len(entries) - len(receipts) <= 1
        assert isinstance(catalog.log.verify(), Verified)
        catalog.log.checkpoint()
    with feeding(tmp_path, "heir", 3) as heir:
        begin(heir)
        assert [seq for seq, _ in acknowledged(heir)] == [len(entries) + each for each in range(3)]
    with Catalog.open(tmp_path) as catalog:
        assert isinstance(catalog.log.verify(), Verified)
