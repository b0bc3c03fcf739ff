"""What the scoring service may expect of a journal: durable when said, sealed in order, nothing twice."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inference.journal import FileJournal, Journal, MemoryJournal
from tests.support.scoring import SERIES, IdCounter

Maker = Callable[[Path], Journal]

MAKERS: dict[str, Maker] = {
    "memory": lambda _: MemoryJournal(SERIES),
    "file": lambda folder: FileJournal(folder, new_id=IdCounter()),
}


@pytest.fixture(params=sorted(MAKERS))
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    made = MAKERS[request.param](tmp_path / "journal")
    yield made
    made.close()


def _append(journal: Journal, *records: bytes) -> None:
    async def run() -> None:
        await asyncio.gather(*(journal.append(record) for record in records))

    asyncio.run(run())


def _records(journal: Journal) -> list[tuple[bytes, ...]]:
    return [journal.read(segment).records for segment in journal.seal()]


def test_what_was_appended_is_read(journal: Journal) -> None:
    """In order, records appended at the same time in one segment."""
    records = [b"record %d" % number for number in range(100)]
    _append(journal, *records)
    assert _records(journal) == [tuple(records)]


def test_nothing_is_sealed_of_nothing(journal: Journal) -> None:
    """A journal without records has no segments, however often it is sealed."""
    assert journal.seal() == () and journal.seal() == ()
    _append(journal, b"one")
    assert journal.seal() == journal.seal()


def test_each_sealing_begins_a_segment(journal: Journal) -> None:
    """Numbers grow; what was sealed stays as it was."""
    _append(journal, b"one")
    first = journal.seal()
    _append(journal, b"two")
    assert _records(journal) == [(b"one",), (b"two",)]
    assert journal.seal()[0] == first[0] < journal.seal()[1]


def test_what_is_removed_is_gone(journal: Journal) -> None:
    """Only that segment, and its number never comes again. Removing it twice is no harm."""
    _append(journal, b"one")
    (first,) = journal.seal()
    journal.remove(first)
    journal.remove(first)
    assert journal.seal() == ()
    _append(journal, b"two")
    (second,) = journal.seal()
    assert second > first and second.series == first.series
