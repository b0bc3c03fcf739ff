"""The journal's files: what a restart, a kill, a full disk and a second process make of them."""

import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inference.errors import JournalUnavailable
from inference.framing import frame
from inference.journal import FileJournal
from lineage.errors import Fault
from tests.support.scoring import IdCounter


def _open(folder: Path) -> FileJournal:
    return FileJournal(folder, new_id=IdCounter())


def _append(journal: FileJournal, *records: bytes) -> list[BaseException | None]:
    async def run() -> list[BaseException | None]:
        appends = (journal.append(record) for record in records)
        return await asyncio.gather(*appends, return_exceptions=True)

    return asyncio.run(run())


def _all(journal: FileJournal) -> list[bytes]:
    return [record for segment in journal.seal() for record in journal.read(segment).records]


@contextmanager
def _no_file_beyond(size: int) -> Iterator[None]:
    """As on a full disk, a write that would go beyond is cut short, and the next one fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_restart_finds_what_was_not_filed(tmp_path: Path) -> None:
    """In a segment of its own; what is appended afterwards has a higher number in the same series."""
    journal = _open(tmp_path)
    _append(journal, b"before")
    journal.close()
    journal = _open(tmp_path)
    (before,) = journal.seal()
    _append(journal, b"after")
    assert _all(journal) == [b"before", b"after"]
    after = journal.seal()[1]
    assert after.number > before.number and after.series == before.series
    journal.close()


def test_numbers_are_never_used_twice(tmp_path: Path) -> None:
    """Though everything was filed and removed before the restart."""
    numbers = []
    for _ in range(3):
        journal = _open(tmp_path)
        _append(journal, b"one")
        segments = journal.seal()
        numbers.append((segments[-1].series, segments[-1].number))
        for segment in segments:
            journal.remove(segment)
        assert journal.seal() == ()
        journal.close()
    assert len(set(numbers)) == 3 and len({series for series, _ in numbers}) == 1


def test_restarts_leave_no_empty_files(tmp_path: Path) -> None:
    """Empty leftovers are sealed, read as nothing, and can be removed."""
    for _ in range(3):
        _open(tmp_path).close()
    journal = _open(tmp_path)
    for segment in journal.seal():
        assert journal.read(segment).records == ()
        journal.remove(segment)
    assert len(list(tmp_path.glob("*.journal"))) == 1
    journal.close()


def test_a_torn_tail_is_cut_at_the_next_start(tmp_path: Path) -> None:
    """As a kill in the middle of a write leaves it; nothing is ever written behind it."""
    journal = _open(tmp_path)
    _append(journal, b"whole")
    journal.close()
    newest = max(tmp_path.glob("*.journal"))
    newest.write_bytes(newest.read_bytes() + frame(b"torn")[:-1])
    journal = _open(tmp_path)
    _append(journal, b"after")
    assert _all(journal) == [b"whole", b"after"]
    journal.close()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """One writer per journal; a writer that ended leaves no lock behind."""
    journal = _open(tmp_path)
    with pytest.raises(Fault, match="another process"):
        _open(tmp_path)
    journal.close()
    _open(tmp_path).close()


def test_concurrent_records_share_a_sync(tmp_path: Path) -> None:
    """A thousand at once cost a handful of syncs, and each was synced before it was acknowledged."""
    syncs: list[int] = []

    def sync(descriptor: int) -> None:
        os.fdatasync(descriptor)
        syncs.append(os.fstat(descriptor).st_size)

    journal = FileJournal(tmp_path, new_id=IdCounter(), sync=sync)

    async def one(number: int) -> int:
        await journal.append(b"%04d" % number)
        return syncs[-1]

    async def run() -> list[int]:
        return await asyncio.gather(*(one(number) for number in range(1000)))

    sizes = asyncio.run(run())
    assert len(syncs) < 50
    ends = [(number + 1) * len(frame(b"0000")) for number in range(1000)]
    assert all(synced >= end for synced, end in zip(sizes, ends, strict=True))
    journal.close()


def test_a_full_disk_acknowledges_nothing_and_heals(tmp_path: Path) -> None:
    """The record that did not fit is not read later either; with space again, the journal goes on."""
    journal = _open(tmp_path)
    assert _append(journal, b"before") == [None]
    with _no_file_beyond(100):
        (error,) = _append(journal, b"x" * 200)
        assert isinstance(error, JournalUnavailable) and error.http_status == 503
        assert str(tmp_path) not in str(error)
    assert _append(journal, b"after") == [None]
    assert _all(journal) == [b"before", b"after"]
    journal.close()


def test_a_failed_sync_is_no_acknowledgement(tmp_path: Path) -> None:
    """After it the file is not trusted any more: the next record goes to a new one."""
    trouble: list[OSError] = []

    def sync(descriptor: int) -> None:
        if trouble:
            raise trouble.pop()
        os.fdatasync(descriptor)

    journal = FileJournal(tmp_path, new_id=IdCounter(), sync=sync)
    assert _append(journal, b"before") == [None]
    trouble.append(OSError(5, "Input/output error"))
    (error,) = _append(journal, b"lost")
    assert isinstance(error, JournalUnavailable) and "Input/output error" in str(error)
    assert _append(journal, b"after") == [None]
    assert _all(journal) == [b"before", b"after"]
    assert len(journal.seal()) == 2
    journal.close()


def test_sealing_goes_on_where_no_file_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older segments can still be filed, which is what frees the disk; the current one goes on."""
    journal = _open(tmp_path)
    _append(journal, b"one")
    journal.seal()
    _append(journal, b"two")
    with monkeypatch.context() as patch:
        patch.setattr("inference.journal._sync_folder", _refuse)
        assert _all(journal) == [b"one"]
    _append(journal, b"three")
    assert _all(journal) == [b"one", b"two", b"three"]
    journal.close()


def _refuse(_: Path) -> None:
    raise OSError(28, "No space left on device")
