"""The log mirrored to Delta: exactly once whoever dies when; the record made again from that table alone."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from catalog.catalog import Catalog
from catalog.log.entry import ERASED
from catalog.mirror import MemoryMirror
from lakehouse.lake import Lake
from lakehouse.mirror import DeltaMirror
from lakehouse.writes import append
from lineage.actors import Role
from lineage.certainty import Verified
from lineage.errors import BadInput, Refused
from lineage.mirrored import ENTRIES, Carried
from lineage.names import TableVersion
from tests.support.places import Place
from tests.support.record import ANNA, event, take_notes
from tests.support.tampering import tamper

DAY = date(2026, 1, 1)


def mirror_of(home: Path) -> DeltaMirror:
    return DeltaMirror(Lake(home / "lake"), on=DAY)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A record of events, a refused body, actors, a change of keys; mirrored in part."""
    home = tmp_path / "home"
    with Catalog.open(home) as catalog:
        catalog.actors.add("ben", Role.AUDITOR, by=ANNA)
        catalog.intake.accept_all([event(1), event(2), b"\xff\x00 no event", event(3)], actor=ANNA)
        assert catalog.mirroring(mirror_of(home)).catch_up() == catalog.log.size
        shutil.copy(home / "keys" / "log.key", tmp_path / "first.key")
        catalog.rotate_key(actor=ANNA)
        catalog.intake.accept_all([event(4), event(5)], actor=ANNA)
        catalog.log.checkpoint()
    return home


def exported(home: Path, database: str | None = None) -> list[str]:
    with Catalog.open(home, database=database) as catalog:
        catalog.aspects.project()
        return list(catalog.export())


def restored(home: Path, target: Path, database: str | None = None) -> int:
    """Another home, in which there is nothing but the key."""
    shutil.copytree(home / "keys", target / "keys")
    return Catalog.restore(target, mirror_of(home), database=database)


def test_the_record_is_made_again_from_the_table_alone(home: Path, tmp_path: Path, place: Place) -> None:
    """On either database, from the table and the key: the same sorted export, a log that verifies and goes on."""
    with Catalog.open(home) as catalog:
        mirroring = catalog.mirroring(mirror_of(home))
        assert mirroring.lag == 3
        assert mirroring.catch_up() == 3
        assert (mirroring.lag, mirroring.catch_up()) == (0, 0)
        kept, entries = catalog.log.checkpoint(), catalog.log.entries()
    assert restored(home, tmp_path / "again", place.address) == len(entries)
    assert exported(tmp_path / "again", place.address) == exported(home)
    with Catalog.open(tmp_path / "again", database=place.address) as again:
        assert again.log.entries() == entries
        assert isinstance(again.log.verify(kept), Verified)
        take_notes(again, 100, 103)
        again.log.checkpoint()
        assert isinstance(again.log.verify(kept), Verified)


def test_a_lost_database_comes_back_in_its_own_home(home: Path) -> None:
    """catalog.db gone, keys/ and log/ still there: made again in place, and it extends the head in the folder."""
    before = exported(home)
    with Catalog.open(home) as catalog:
        catalog.mirroring(mirror_of(home)).catch_up()
        kept = catalog.log.checkpoint()
    for name in ("catalog.db", "catalog.db-wal", "catalog.db-shm"):
        (home / name).unlink(missing_ok=True)
    Catalog.restore(home, mirror_of(home))
    assert exported(home) == before
    with Catalog.open(home) as catalog:
        assert isinstance(catalog.log.verify(kept), Verified)


def test_a_mirror_that_lags_is_refused_where_more_was_signed(home: Path) -> None:
    """The folder's head knows of entries that the mirror has not got: they are not given up silently."""
    for name in ("catalog.db", "catalog.db-wal", "catalog.db-shm"):
        (home / name).unlink(missing_ok=True)
    with pytest.raises(Refused, match=r"log/checkpoint is of .*: the rest would be lost"):
        Catalog.restore(home, mirror_of(home))


def test_only_an_empty_database_is_filled(home: Path) -> None:
    """A log that has entries is not written over."""
    with pytest.raises(Refused, match="in an empty database only"):
        Catalog.restore(home, mirror_of(home))


def test_without_the_key_there_is_no_log(home: Path, tmp_path: Path) -> None:
    """No key, or a stranger's: a log that cannot go on is not begun."""
    with pytest.raises(BadInput, match=r"is not in keys/log\.key"):
        Catalog.restore(tmp_path / "keyless", mirror_of(home))
    Catalog.open(tmp_path / "stranger").close()
    shutil.rmtree(tmp_path / "stranger" / "log")
    (tmp_path / "stranger" / "catalog.db").unlink()
    with pytest.raises(BadInput, match=r"is not in keys/log\.key"):
        Catalog.restore(tmp_path / "stranger", mirror_of(home))


CHANGES = {
    "event_id": "'another'",
    "kind": "'approval'",
    "producer": "'urn:eve'",
    "producer_seq": "7",
    "recorded_at": "'2026-03-04T12:00:00.123456Z'",
    "actor": "'eve'",
    "authenticated": "true",
    "payload_sha256": "'00'",
    "size": "size + 1",
    "leaf": "X'00'",
    "payload": "X'7B7D'",
    "seq": "seq + 1",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_row_is_refused_with_its_entry(home: Path, tmp_path: Path, column: str) -> None:
    """Whatever was changed in the Delta table: the entry is named, and the database stays empty."""
    table = DeltaTable(str(home / "lake" / "record" / "entries"))
    table.update(predicate="seq = 3", updates={column: CHANGES[column]})
    named = "4" if column == "seq" else "3"
    with pytest.raises(Refused, match=f"the mirror is not what was sealed: entry ({named}|3): "):
        restored(home, tmp_path / "again")
    with Catalog.open(tmp_path / "fresh") as empty:
        assert [entry.kind for entry in empty.log.entries()] == [
            entry.kind for entry in empty.log.entries(upto=1)
        ]


def test_a_deleted_row_is_refused_with_its_entry(home: Path, tmp_path: Path) -> None:
    """A row taken out of the table is missed by its number."""
    DeltaTable(str(home / "lake" / "record" / "entries")).delete("seq = 2")
    with pytest.raises(Refused, match="entry 2: missing from the log"):
        restored(home, tmp_path / "again")


def test_rows_cut_off_are_missed(home: Path, tmp_path: Path) -> None:
    """The last rows taken out: the head that the commit carries says how many there were."""
    DeltaTable(str(home / "lake" / "record" / "entries")).delete("seq >= 3")
    with pytest.raises(Refused, match="the mirror lacks the entries from 3 to"):
        restored(home, tmp_path / "again")


def test_a_forgery_that_is_whole_in_itself_is_refused_by_the_head(home: Path, tmp_path: Path) -> None:
    """An entry changed with its leaf: the head of its commit is not of these entries, and their range is named."""
    genuine, forged = mirror_of(home), MemoryMirror()
    forged.commits = list(genuine.carried())
    with Catalog.open(home) as catalog:
        envelope = replace(catalog.log.entry(2).envelope, actor=ANNA, kind="approval")
    for entry in genuine.entries():
        if entry.seq == 2:
            entry = replace(entry, kind=envelope.kind, actor=ANNA.name, leaf=envelope.leaf)  # noqa: PLW2901
        forged.rows.append(entry)
    shutil.copytree(home / "keys", tmp_path / "again" / "keys")
    shutil.copy(tmp_path / "first.key", tmp_path / "again" / "keys" / "log.key")
    end = forged.commits[-1].end
    with pytest.raises(
        Refused, match=f"one of the entries 0 to {end - 1} in the mirror is not what was signed"
    ):
        Catalog.restore(tmp_path / "again", forged)


def test_an_erased_payload_stays_erased(home: Path, tmp_path: Path) -> None:
    """A payload that the log says was erased is carried as none, and made again as none; the proof still holds."""
    with Catalog.open(home) as catalog:
        catalog.log.append(ERASED, {"entries": [9], "why": "case 1"}, actor=ANNA)
        seqs = [entry.seq for entry in catalog.log.entries("openlineage")]
    tamper(home, f"DELETE FROM log_payloads WHERE seq = {seqs[-1]}")
    with (
        Catalog.open(home) as catalog,
        pytest.raises(Refused, match=f"entry {seqs[-1]}: its payload is missing"),
    ):
        catalog.mirroring(mirror_of(home)).catch_up()
    with Catalog.open(home) as catalog:
        catalog.log.append(ERASED, {"entries": [seqs[-1]], "why": "case 2"}, actor=ANNA)
        catalog.mirroring(mirror_of(home)).catch_up()
        kept = catalog.log.checkpoint()
        assert isinstance(catalog.log.verify(kept), Verified)
    restored(home, tmp_path / "again")
    with Catalog.open(tmp_path / "again") as again:
        assert isinstance(again.log.verify(kept), Verified)
        assert seqs[-1] not in [entry.seq for entry in again.log.entries()]


def test_commits_past_us_are_not_explained(home: Path) -> None:
    """Someone writes to the table: without a range, with one copied, or with a head that was never signed."""
    lake, mirror = Lake(home / "lake"), mirror_of(home)
    genuine = mirror.carried()[-1]
    row = lake.read(TableVersion(table=ENTRIES, version=1)).slice(0, 1)
    assert isinstance(row, pa.Table)
    forged = replace(genuine, first=genuine.end, end=genuine.end + 1)
    for binding in ("{}", genuine.binding, forged.binding, "no json"):
        append(lake, ENTRIES, row, binding=binding)
    with Catalog.open(home) as catalog:
        claimed = [commit.claimed for commit in lake.history(ENTRIES)]
        told = catalog.mirroring(mirror).unexplained(claimed)
    assert told[:2] == (None, None)
    assert all(
        part in str(said)
        for part, said in zip(
            ("does not say", "carries entries from 0 on", "its head is not one", "does not say"),
            told[2:],
            strict=True,
        )
    )


def test_a_binding_says_what_it_carries() -> None:
    """What a commit says is read back; anything else says nothing."""
    carried = Carried(origin="log", first=3, end=9, checkpoint="note\n")
    assert Carried.parse(carried.binding) == carried
    for text in (
        None,
        "",
        "[]",
        '{"log": 3}',
        '{"log": {"origin": "x", "from": 9, "to": 3}, "checkpoint": ""}',
    ):
        assert Carried.parse(text) is None
