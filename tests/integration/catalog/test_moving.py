"""A record moves from the home's file to PostgreSQL, whole or not at all."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.moving import move_record
from catalog.store import Store
from lakeproof.home import Home
from lineage.actors import Role
from lineage.certainty import Verified
from lineage.errors import Fault, Refused
from tests.support.command_line import lakeproof
from tests.support.places import Place, Pool
from tests.support.record import ANNA, event

pytestmark = pytest.mark.postgresql


@pytest.fixture
def address(postgresql_pool: Pool) -> Iterator[str]:
    taken = postgresql_pool.take()
    yield taken
    postgresql_pool.give_back(taken)


def filled(home: Path) -> list[str]:
    """A home's record with actors, events, a refusal and notes, signed half way; its export."""
    with Catalog.open(home) as catalog:
        catalog.actors.add("berta", Role.APPROVER, by=ANNA)
        catalog.intake.accept_all([event(number, stream="s") for number in range(1, 9)], actor=ANNA)
        catalog.log.checkpoint()
        catalog.intake.accept_all([b"{}", event(9, stream="s")], actor=ANNA)
        catalog.log.append("note", {"word": "a\0b"}, actor=ANNA)
        return list(catalog.export())


def test_a_moved_record_is_the_same_record(tmp_path: Path, address: str) -> None:
    """Every entry and every earlier signature holds there; it goes on there; here nothing is left to write to."""
    before = filled(tmp_path)
    with Catalog.open(tmp_path) as catalog:
        entries, kept = catalog.log.entries(), catalog.log.checkpoint()
    assert move_record(tmp_path, address) == len(entries)
    with Place(home=tmp_path, address=address).open() as moved:
        assert moved.log.entries() == entries
        assert list(moved.export()) == before
        assert [actor.name for actor in moved.actors.list()] == ["berta"]
        moved.intake.accept(event(10, stream="s"), actor=ANNA)
        assert moved.log.size == len(entries) + 1 and moved.intake.gaps() == ()
        assert isinstance(moved.log.verify(kept), Verified)
    with pytest.raises(Refused, match="LAKEPROOF_DATABASE"):
        Catalog.open(tmp_path)


def test_whoever_still_has_the_file_open_is_told(tmp_path: Path, address: str) -> None:
    """A service that was not ended acknowledges nothing that nobody would find again."""
    filled(tmp_path)
    with Catalog.open(tmp_path) as running:
        size = running.log.size
        move_record(tmp_path, address)
        with pytest.raises(Fault, match="was moved to PostgreSQL"):
            running.log.append("note", {}, actor=ANNA)
        assert running.log.size == size


def test_a_damaged_record_stays_where_it_is(tmp_path: Path, address: str) -> None:
    """What does not verify is not moved: the file is still the record, and still tells."""
    filled(tmp_path)
    with closing(Store.of(tmp_path)) as store, store.sequenced() as session:
        connection = session.connection()
        connection.exec_driver_sql("DROP TRIGGER log_payloads_no_update")
        connection.exec_driver_sql("UPDATE log_payloads SET body = x'7b7d' WHERE seq = 10")
    with pytest.raises(Refused, match="does not verify here"):
        move_record(tmp_path, address)
    with Catalog.open(tmp_path) as catalog:
        catalog.log.append("note", {}, actor=ANNA)
        assert not isinstance(catalog.log.verify(), Verified)


def test_two_records_do_not_become_one(tmp_path: Path, address: str) -> None:
    """A database that holds a record is left alone."""
    filled(tmp_path / "one")
    filled(tmp_path / "other")
    move_record(tmp_path / "one", address)
    with pytest.raises(Refused, match="holds a record already"):
        move_record(tmp_path / "other", address)
    with Catalog.open(tmp_path / "other") as catalog:
        assert isinstance(catalog.log.verify(), Verified)


def test_the_command_moves_and_says_what_comes_next(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting that it names, the record is found and not moved again; without it nothing is made."""
    Home(root=tmp_path).make()
    filled(tmp_path)
    said = lakeproof(tmp_path, "catalog", "move", "--to", address)
    assert (said.code, said.err) == (0, "")
    assert "LAKEPROOF_DATABASE" in said.out and address not in said.out
    assert lakeproof(tmp_path, "catalog", "rebuild").code == 1
    monkeypatch.setenv("LAKEPROOF_DATABASE", address)
    assert "the same" in lakeproof(tmp_path, "catalog", "rebuild").out
    assert "already" in lakeproof(tmp_path, "catalog", "move", "--to", address).err
