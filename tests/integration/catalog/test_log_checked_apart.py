"""A long log is checked range by range in processes of its own, with the verdict that one process would give."""

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import Catalog
from catalog.log import checking, rows
from catalog.log.checking import Range, Spread, check_apart
from catalog.log.entry import Draft
from catalog.log.entry_check import Difference, EntryCheck, rows_to_check
from catalog.log.regrowth import PORTION
from catalog.store import Store
from lineage.actors import Actor
from lineage.certainty import Verified
from lineage.times import system_clock
from tests.support.tampering import copy, tamper, verdict

SIZE = 3 * PORTION + 100
EDGE = 2 * PORTION  # where the third range begins
APART = Spread(processes=2, width=PORTION, least=1)

#: What somebody might do where two ranges meet.
CHANGES: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "a payload": (f"UPDATE log_payloads SET body = X'00' WHERE seq = {EDGE}",),
    "a payload gone": (f"DELETE FROM log_payloads WHERE seq = {EDGE - 1}",),
    "a time": (
        f"UPDATE log_entries SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE seq = {EDGE}",
    ),
    "a late time": (
        f"UPDATE log_entries SET recorded_at = '2999-01-01T00:00:00.000000Z' WHERE seq = {EDGE - 1}",
    ),
    "a sealed leaf": (f"UPDATE log_entries SET leaf = X'00' WHERE seq = {SIZE - 1}",),
    "a node": ("UPDATE log_nodes SET digest = X'00' WHERE level = 12 AND position = 1",),
    "an entry gone": (f"DELETE FROM log_payloads WHERE seq = {EDGE}", f"DELETE FROM log_entries WHERE seq = {EDGE}"),
}  # fmt: skip
MOVED = f"UPDATE log_entries SET seq = 9007199254740991 WHERE seq = {EDGE}"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three whole ranges and the beginning of a fourth, its head signed."""
    home = tmp_path_factory.mktemp("pristine")
    with Catalog.open(home) as catalog:
        with catalog._store.sequenced() as session:
            rows.append(session, [_draft(number) for number in range(SIZE)], now=system_clock())
        catalog.log.checkpoint()
    with closing(sqlite3.connect(home / "catalog.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@pytest.fixture
def home(pristine: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    copy(pristine, tmp_path)
    return tmp_path


def test_ranges_are_whole_portions() -> None:
    """The tree is grown by portions, so that ranges must end where one does; a short log is checked in one process."""
    usual = Spread.over_cores()
    assert usual.width % PORTION == 0
    assert usual.least > 2 * usual.width


@pytest.mark.parametrize("statements", [(), CHANGES["a payload"], (MOVED,)])
def test_processes_of_their_own_give_the_same_verdict(home: Path, statements: tuple[str, ...]) -> None:
    """With real processes: the same notes when it verifies, the same entry when it does not, however numbered."""
    tamper(home, *statements)
    with Catalog.open(home) as catalog:
        alone = catalog.log.verify(spread=Spread(processes=1))
        assert catalog.log.verify(spread=APART) == alone
        assert isinstance(alone, Verified) != bool(statements)


@pytest.mark.parametrize("change", CHANGES)
def test_ranges_join_to_what_one_process_finds(home: Path, change: str) -> None:
    """Whatever was changed where ranges meet, they say the same, in the same order, as one pass over all."""
    tamper(home, *CHANGES[change])
    with ThreadPoolExecutor(2) as workers:
        assert _joined(home, workers) == _joined(home, None)
    if change != "nothing":
        assert verdict(home) != ""


@pytest.mark.parametrize(
    "error", [BrokenProcessPool("killed"), RuntimeError("no thread"), OSError("no file")]
)
@pytest.mark.parametrize("asked", [True, False])
def test_a_range_is_checked_here_when_its_process_does_not_answer(
    home: Path, error: Exception, asked: bool
) -> None:
    """No verdict depends on a process that the system may end, not start, or let fail halfway."""
    tamper(home, *CHANGES["a payload"])
    assert _joined(home, Failing(error, asked=asked)) == _joined(home, None)


def test_a_range_is_checked_here_when_its_process_cannot_open_the_record(home: Path) -> None:
    """As where the database takes no more connections."""
    with ThreadPoolExecutor(1) as workers:
        assert _joined(home, workers, _refused) == _joined(home, None)


def test_all_is_checked_here_where_no_processes_can_be_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a system without shared semaphores."""
    monkeypatch.setattr(checking, "ProcessPoolExecutor", _refused)
    with Catalog.open(home) as catalog:
        assert isinstance(catalog.log.verify(spread=APART), Verified)


def test_an_erasure_meanwhile_is_no_difference(home: Path) -> None:
    """A payload that was erased after verifying began is checked as it was then."""
    store = Store.of(home)
    with closing(store), store.reading() as session, ThreadPoolExecutor(1) as workers:
        connection = session.connection()
        pieces = _pieces(connection.exec_driver_sql("SELECT count(*) FROM log_entries").scalar_one())
        tamper(home, f"DELETE FROM log_payloads WHERE seq = {EDGE}")
        found = list(check_apart(connection, pieces, store.again, workers, 2))
    assert [each for portion in found for each in portion.missing] == []


class Failing(Executor):
    """Workers that are not taken, or fail before they answer."""

    def __init__(self, error: Exception, *, asked: bool) -> None:
        self._error = error
        self._asked = asked

    def submit(self, _: Callable[..., Any], /, *__: Any, **___: Any) -> "Future[Any]":
        if not self._asked:
            raise self._error
        failed: Future[Any] = Future()
        failed.set_exception(self._error)
        return failed


def _refused(*_: Any, **__: Any) -> Any:
    raise OSError("refused")


def _joined(
    home: Path, workers: Executor | None, opening: Callable[[], Store] | None = None
) -> tuple[list[Difference], int, list[bytes]]:
    """Differences, size and leaves: by ranges, or by one check that sees one entry after another."""
    differences: list[Difference] = []
    check = EntryCheck(differences)
    store = Store.of(home)
    with closing(store), store.reading() as session:
        connection = session.connection()
        if workers is None:
            leaves = [check.leaf_of(row) for row in connection.execute(rows_to_check())]
        else:
            leaves = []
            opened = opening or partial(Store.of, home)
            for portion in check_apart(connection, _pieces(SIZE), opened, workers, 3):
                check.join(portion)
                leaves += portion.leaves
    check.close()
    return differences, check.size, leaves


def _pieces(size: int) -> list[Range]:
    return [Range(first=first, end=first + PORTION) for first in range(0, size, PORTION)]


def _draft(number: int) -> Draft:
    body = json.dumps({"number": number}).encode()
    return Draft(kind="note", event_id=str(number), actor=Actor(name="anna"), payload=body)
