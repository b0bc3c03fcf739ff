"""The journal: what was answered, on disk before the answer leaves. One writer per folder.

Records go to numbered segment files. A segment is never written again after a restart or an error, so that a
torn tail can only be at its end. Concurrent appends share one write and one sync.
"""

import asyncio
import fcntl
import os
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from inference.errors import JournalUnavailable
from inference.framing import Reading, frame, unframe
from lineage.errors import Fault

_NAME = re.compile(r"(?P<number>[0-9]{10})\.(?P<series>[0-9a-f-]{36})\.journal\Z")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Segment:
    """The n-th file of a journal. Numbers of a series are never used twice, whatever is removed."""

    number: int
    series: UUID

    @property
    def file_name(self) -> str:
        return f"{self.number:010d}.{self.series}.journal"


class Journal(Protocol):
    """Append on one event loop; `seal`, `read` and `remove` from any one thread."""

    async def append(self, record: bytes) -> None:
        """Return once the record is durable. Raises JournalUnavailable: then it was not acknowledged."""
        ...

    def seal(self) -> tuple[Segment, ...]:
        """End the segment being written, if it has records. All sealed ones not yet removed, oldest first."""
        ...

    def read(self, segment: Segment) -> Reading:
        """The records of a sealed segment, the same at every reading."""
        ...

    def remove(self, segment: Segment) -> None:
        """Forget a sealed segment, whose records are durable elsewhere."""
        ...

    def close(self) -> None:
        """End the journal; nothing is lost by not doing so."""
        ...


@dataclass(slots=True, kw_only=True)
class _Active:
    """The segment being written: `size` counts its acknowledged bytes."""

    segment: Segment
    descriptor: int
    size: int = 0


class FileJournal:
    """The journal in a folder, locked against a second process. `sync` makes a file's bytes durable."""

    def __init__(
        self, folder: Path, *, new_id: Callable[[], UUID], sync: Callable[[int], None] | None = None
    ) -> None:
        """Raises Fault when another process writes this journal."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._sync = _durable if sync is None else sync
        self._lock = _locked(folder / "lock")
        found = _segments(folder)
        # A new file at once: the highest number must outlive the removal of every other segment.
        newest = max(found, default=Segment(number=0, series=new_id()))
        self._series, self._number = newest.series, newest.number
        self._files = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._active: _Active | None = self._begin()
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def append(self, record: bytes) -> None:
        loop = asyncio.get_running_loop()
        durable = loop.create_future()
        self._waiting.append((frame(record), durable))
        if self._flusher is None or self._flusher.done():
            self._flusher = loop.create_task(self._flush())
        await durable

    def seal(self) -> tuple[Segment, ...]:
        return self._files.submit(self._seal).result()

    def read(self, segment: Segment) -> Reading:
        return unframe((self._folder / segment.file_name).read_bytes())

    def remove(self, segment: Segment) -> None:
        (self._folder / segment.file_name).unlink(missing_ok=True)
        _sync_folder(self._folder)

    def close(self) -> None:
        self._files.shutdown(wait=True)
        if self._active is not None:
            os.close(self._active.descriptor)
        os.close(self._lock)

    async def _flush(self) -> None:
        """Write whatever waits, again and again, until nothing does: the group commit."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            frames = b"".join(framed for framed, _ in batch)
            try:
                await loop.run_in_executor(self._files, self._write, frames)
            except Exception as error:  # noqa: BLE001 - nobody may wait for ever
                _settle(batch, error)
            else:
                _settle(batch, None)

    def _write(self, frames: bytes) -> None:
        """All of frames, durable, or an OSError and none of them. Runs in the journal's own thread."""
        active = self._active = self._active or self._begin()
        try:
            _write_all(active.descriptor, frames)
            self._sync(active.descriptor)
        except OSError:
            self._active = None
            self._abandon(active)
            raise
        active.size += len(frames)

    def _seal(self) -> tuple[Segment, ...]:
        """A disk too full for the next file is no reason not to file the segments before it."""
        active = self._active
        if active is not None and active.size:
            with suppress(OSError):
                self._active = self._begin()
                os.close(active.descriptor)
        writing = None if self._active is None else self._active.segment
        return tuple(segment for segment in _segments(self._folder) if segment != writing)

    def _begin(self) -> _Active:
        self._number += 1
        segment = Segment(number=self._number, series=self._series)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(self._folder / segment.file_name, flags, 0o600)
        try:
            _sync_folder(self._folder)
        except OSError:
            os.close(descriptor)
            raise
        return _Active(segment=segment, descriptor=descriptor)

    def _abandon(self, active: _Active) -> None:
        """Cut what was not acknowledged; write no more here: nobody knows what a failed sync left on disk."""
        with suppress(OSError):  # then its readers find the records unacknowledged, or torn
            os.ftruncate(active.descriptor, active.size)
            self._sync(active.descriptor)
        os.close(active.descriptor)


class MemoryJournal:
    """The in-memory twin. `full` makes every append fail as a full disk does."""

    def __init__(self, series: UUID) -> None:
        self.full = False
        self._series = series
        self._active: list[bytes] = []
        self._sealed: dict[Segment, tuple[bytes, ...]] = {}
        self._number = 0

    async def append(self, record: bytes) -> None:
        if self.full:
            raise _unavailable("the memory journal was told to be full")
        self._active.append(record)

    def seal(self) -> tuple[Segment, ...]:
        if self._active:
            self._number += 1
            self._sealed[Segment(number=self._number, series=self._series)] = tuple(self._active)
            self._active = []
        return tuple(sorted(self._sealed))

    def read(self, segment: Segment) -> Reading:
        return Reading(records=self._sealed[segment])

    def remove(self, segment: Segment) -> None:
        self._sealed.pop(segment, None)

    def close(self) -> None:
        pass


def _settle(batch: list[tuple[bytes, "asyncio.Future[None]"]], error: Exception | None) -> None:
    for _, durable in batch:
        if durable.done():
            continue  # its request was cancelled
        if error is None:
            durable.set_result(None)
        else:
            failure = _unavailable((error.strerror if isinstance(error, OSError) else None) or repr(error))
            failure.__cause__ = error
            durable.set_exception(failure)


def _unavailable(because: str) -> JournalUnavailable:
    return JournalUnavailable(
        f"the prediction could not be made durable, so it is not given: {because}",
        next_move="free space on the disk of the home's journal/, then ask again",
    )


def _segments(folder: Path) -> list[Segment]:
    matches = (_NAME.match(path.name) for path in folder.iterdir())
    return sorted(Segment(number=int(m["number"]), series=UUID(m["series"])) for m in matches if m)


def _locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise Fault(
            "another process writes this journal", next_move="one scoring service per home: end the other one"
        ) from error
    return descriptor


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _durable(descriptor: int) -> None:
    """Bytes and length of a file, without its times where the system can leave them out."""
    if sys.platform == "darwin":
        os.fsync(descriptor)
    else:
        os.fdatasync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
