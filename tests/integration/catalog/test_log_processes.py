"""Several processes feed one record; any of them may die at any moment; nothing acknowledged is lost."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lineage.certainty import Verified
from tests.support import appending
from tests.support.places import SQLITE, Place
from tests.support.record import ANNA, event

ROOT = Path(__file__).parents[3]


def feeding(place: Place, stream: str, count: int) -> "subprocess.Popen[str]":
    """A process that appends count events of a stream; the same stream is the same bytes."""
    words = [str(place.home), stream, str(count), *([place.address] if place.address else [])]
    return subprocess.Popen(
        [sys.executable, "-m", appending.__name__, *words],
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


def test_processes_make_one_log_without_gaps(place: Place, tmp_path: Path) -> None:
    """Four open a fresh record and append at once, two of them the same events: each event once, every number
    once, times rising, all verified, no stream torn; and the graph that one process alone makes of them.
    """
    streams = ("first", "second", "both", "both")
    with ExitStack() as running:
        processes = [running.enter_context(feeding(place, stream, 30)) for stream in streams]
        begin(*processes)
        *alone, one, other = [dict(acknowledged(process)) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert one == other
    assert sorted(seq for receipts in (*alone, one) for seq in receipts) == list(range(90))
    with place.open() as catalog:
        kept = catalog.log.checkpoint()
        entries = catalog.log.entries()
        assert [entry.seq for entry in entries] == list(range(90))
        assert all(a.recorded_at < b.recorded_at for a, b in itertools.pairwise(entries))
        producers = [entry.envelope.producer for entry in entries]
        assert len(list(itertools.groupby(producers))) > len(set(streams)), "the processes did not overlap"
        assert catalog.intake.gaps() == ()
        assert isinstance(catalog.log.verify(kept), Verified)
        together = list(catalog.export())
    with Place(home=tmp_path / "alone").open() as catalog:
        catalog.intake.accept_all(
            [event(number, stream=stream) for stream in sorted(set(streams)) for number in range(1, 31)],
            actor=ANNA,
        )
        assert list(catalog.export()) == together


@pytest.mark.parametrize(
    ("place", "killed_after"),
    [(SQLITE, 1), (SQLITE, 40), pytest.param("postgresql", 40, marks=pytest.mark.postgresql)],
    indirect=["place"],
)
def test_a_killed_process_loses_nothing_acknowledged(place: Place, killed_after: int) -> None:
    """kill -9 amid appends: each acknowledged event is in the log, the log verifies, and goes on where it was."""
    process = feeding(place, "doomed", 100_000)
    receipts: list[tuple[int, int]] = []
    with process:
        begin(process)
        for receipt in acknowledged(process):
            receipts.append(receipt)
            if len(receipts) == killed_after:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    with place.open() as catalog:
        entries = catalog.log.entries()
        assert dict(receipts) == {
            entry.seq: entry.envelope.producer_seq for entry in entries[: len(receipts)]
        }
        assert len(entries) - len(receipts) <= 1
        assert isinstance(catalog.log.verify(), Verified)
        catalog.log.checkpoint()
    with feeding(place, "heir", 3) as heir:
        begin(heir)
        assert [seq for seq, _ in acknowledged(heir)] == [len(entries) + each for each in range(3)]
    with place.open() as catalog:
        assert isinstance(catalog.log.verify(), Verified)
