"""All entries checked one by one, in order: in this process, or where there are many, range by range in several.

A process of its own opens the database itself and checks a range as if nothing came before; how ranges follow on
each other is seen where they are joined (`EntryCheck.join`). What such a process does not answer, for whichever
reason, is checked here. Each process holds 64 payloads at most, and the leaves of a range.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, func, select

from catalog.log.entry_check import Checked, EntryCheck, rows_to_check
from catalog.log.orm import EntryRow, PayloadRow
from catalog.log.regrowth import PORTION
from catalog.store import Store
from lineage.errors import LakeproofError

#: Opens the database that is verified once more, in another process too.
Opening: TypeAlias = Callable[[], Store]

_SEQ, _BODIES = EntryRow.__table__.c.seq, PayloadRow.__table__.c.seq
_NUMBERS: Select[*tuple[Any, ...]] = select(func.min(_SEQ), func.max(_SEQ), func.count(_SEQ))
_AT_ONCE = 64  # payloads read at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Entries with `first` <= seq < `end`."""

    first: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the work is spread: over so many `processes` where there are `least` entries, `width` of them in a range.

    `width` is a multiple of PORTION: the tree is grown by whole portions.
    """

    processes: int
    width: int = 8 * PORTION
    least: int = 32 * PORTION

    @classmethod
    def over_cores(cls) -> "Spread":
        """A process for each core that this one may use."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return cls(processes=cores or 1)


def check_all(connection: Connection, opening: Opening, spread: Spread) -> Iterator[Checked]:
    """Every entry that the connection's snapshot has. Raises SQLAlchemy's DBAPIError where one cannot be read."""
    numbers = connection.execute(_NUMBERS).one()
    count: int = numbers[2]
    # Numbers that do not follow each other would make ranges without end.
    if spread.processes < 2 or count < spread.least or numbers != (0, count - 1, count):
        yield from checked(connection, rows_to_check())
        return
    pool = _pool(spread.processes)
    if pool is None:
        yield from checked(connection, rows_to_check())
        return
    with pool as workers:
        pieces = (
            Range(first=first, end=min(first + spread.width, count))
            for first in range(0, count, spread.width)
        )
        yield from check_apart(connection, pieces, opening, workers, spread.processes + 1)


def check_apart(
    connection: Connection, pieces: Iterable[Range], opening: Opening, workers: Executor, most: int
) -> Iterator[Checked]:
    """Each range by a worker, `most` of them at a time, in order; here where a worker cannot, or saw another moment."""
    coming, asked = iter(pieces), deque[tuple[Range, Future[list[Checked]]]]()
    while True:
        asked.extend((piece, _asked(workers, opening, piece)) for piece in islice(coming, most - len(asked)))
        if not asked:
            return
        piece, answer = asked.popleft()
        found = _answered(answer)
        if found and _of_this_moment(connection, piece, found):
            yield from found
        else:
            yield from checked(connection, _rows(piece))


def checked(connection: Connection, chosen: Select[*tuple[Any, ...]]) -> Iterator[Checked]:
    """The entries that `rows_to_check` gives, or some of them, in portions."""
    rows = iter(connection.execute(chosen.execution_options(yield_per=_AT_ONCE)))
    while portion := EntryCheck.apart(islice(rows, PORTION)):
        yield portion


def _pool(processes: int) -> Executor | None:
    """None where the system has none to give: no verdict depends on it."""
    try:
        context = multiprocessing.get_context("spawn")  # a fork would take this process's connections along
        return ProcessPoolExecutor(processes, mp_context=context)
    except Exception:  # noqa: BLE001  # whatever it is, this process checks all
        return None


def _rows(piece: Range) -> Select[*tuple[Any, ...]]:
    return rows_to_check().where(piece.first <= _SEQ, piece.end > _SEQ)


def _asked(workers: Executor, opening: Opening, piece: Range) -> Future[list[Checked]]:
    try:
        return workers.submit(_by_worker, opening, piece)
    except Exception as error:  # noqa: BLE001  # whatever it is, the range is checked here
        broken: Future[list[Checked]] = Future()
        broken.set_exception(error)
        return broken


def _answered(answer: Future[list[Checked]]) -> list[Checked]:
    """Nothing where the worker was killed, could not be started, or failed in whichever way."""
    try:
        return answer.result()
    except Exception:  # noqa: BLE001  # whatever it is, the range is checked here
        return []


def _by_worker(opening: Opening, piece: Range) -> list[Checked]:
    """A range in a process of its own; nothing where the record or an entry cannot be read."""
    try:
        with closing(opening()) as store, store.reading() as session:
            return list(checked(session.connection(), _rows(piece)))
    except LakeproofError:
        return []


def _of_this_moment(connection: Connection, piece: Range, found: Sequence[Checked]) -> bool:
    """Whether the worker, which looked later than our snapshot, missed no payload that was still there in ours."""
    missing = sum(len(portion.missing) for portion in found)
    if not missing:
        return True
    there = select(func.count(_BODIES)).where(piece.first <= _BODIES, piece.end > _BODIES)
    return connection.execute(there).scalar_one() == piece.end - piece.first - missing
