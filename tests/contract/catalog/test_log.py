"""The log appends, resolves times, proves, and refuses to sign what does not extend what it signed."""

import json
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from lineage.canonical import Json
from lineage.checkpoints import open_checkpoint, parse_verifier_key
from lineage.errors import BadInput, Fault, NotFound, Refused
from lineage.merkle import verify_consistency, verify_inclusion
from lineage.times import Instants
from tests.support.record import ANNA, NOON, TurnableClock


def note(catalog: Catalog, number: int) -> None:
    catalog.log.append("note", {"number": number}, actor=ANNA)


def test_an_entry_keeps_what_was_said_and_by_whom(catalog: Catalog) -> None:
    """Kind, payload and actor come back as they were given, under the next number."""
    entry = catalog.log.append("note", {"text": "héllo"}, actor=ANNA)
    assert (entry.seq, entry.kind, entry.actor, entry.body()) == (0, "note", ANNA, {"text": "héllo"})
    assert catalog.log.entry(0) == entry
    assert catalog.log.size == 1


def test_entries_are_chosen_by_kind_and_place(catalog: Catalog) -> None:
    """`entries` narrows by kind, or to all but one, from and up to a place."""
    for number in range(6):
        catalog.log.append("even" if number % 2 == 0 else "odd", {"number": number}, actor=ANNA)
    assert [entry.seq for entry in catalog.log.entries("even")] == [0, 2, 4]
    assert [entry.seq for entry in catalog.log.entries(since=2, upto=5)] == [2, 3, 4]
    assert [entry.seq for entry in catalog.log.entries(without="even", upto=5)] == [1, 3]


def test_an_event_id_makes_appending_idempotent(catalog: Catalog) -> None:
    """The same id of the same kind is one entry; of another kind it is another."""
    first = catalog.log.append("pin", {"a": 1}, actor=ANNA, event_id="x")
    assert catalog.log.append("pin", {"a": 2}, actor=ANNA, event_id="x") == first
    assert catalog.log.append("note", {"a": 1}, actor=ANNA, event_id="x").seq == 1


@pytest.mark.parametrize("payload", [{"x": float("nan")}, {"x": object()}, {"x": "\ud800"}])
def test_what_json_cannot_hold_is_not_logged(catalog: Catalog, payload: dict[str, Json]) -> None:
    """Lossy evidence is refused before it is written."""
    with pytest.raises(BadInput, match="cannot be logged"):
        catalog.log.append("note", payload, actor=ANNA)
    assert catalog.log.size == 0


def test_the_log_goes_on_when_the_clock_goes_back(catalog: Catalog, clock: TurnableClock) -> None:
    """Recorded times strictly rise although the clock stood still and then went back an hour."""
    note(catalog, 0)
    note(catalog, 1)
    clock.turn(hours=-1)
    note(catalog, 2)
    clock.turn(hours=2)
    note(catalog, 3)
    times = [entry.recorded_at for entry in catalog.log.entries()]
    tick = timedelta(microseconds=1)
    assert times == [NOON, NOON + tick, NOON + 2 * tick, NOON + timedelta(hours=1)]


def test_known_at_is_the_largest_entry_at_or_before(catalog: Catalog, clock: TurnableClock) -> None:
    """Each moment resolves to the entries recorded by then; left out or still to come: to all of them."""
    for number in range(3):
        note(catalog, number)
        clock.turn(minutes=1)
    minute = timedelta(minutes=1)
    sizes = {
        NOON - minute: 0,
        NOON: 1,
        NOON + timedelta(microseconds=1): 1,
        NOON + minute: 2,
        NOON + 2 * minute: 3,
    }
    assert {at: catalog.log.resolve(None, at).log_size for at in sizes} == sizes
    now = Instants(as_of=clock(), known_at=NOON + 2 * minute, log_size=3)
    assert catalog.log.resolve() == now
    assert catalog.log.resolve(None, NOON + timedelta(days=9)) == now


def test_what_resolve_echoes_stays_true(catalog: Catalog) -> None:
    """Asked again with the times it echoed, the record answers from the same entries, though it has grown."""
    note(catalog, 0)
    first = catalog.log.resolve()
    note(catalog, 1)
    assert catalog.log.resolve(first.as_of, first.known_at) == first


def test_an_empty_log_resolves(catalog: Catalog) -> None:
    """Before the first entry, now is now and nothing is known."""
    assert catalog.log.resolve() == Instants(as_of=NOON, known_at=NOON, log_size=0)


def test_proofs_lead_to_the_signed_checkpoint(catalog: Catalog) -> None:
    """Each entry's proof verifies with the public key alone, and each head extends the one before."""
    named = parse_verifier_key(catalog.log.verifier)
    assert named is not None
    origin, key = named
    heads = []
    for number in range(9):
        note(catalog, number)
        head = open_checkpoint(catalog.log.checkpoint(), origin, key)
        assert head is not None
        heads.append(head)
    for seq in range(9):
        proof = catalog.log.proof(seq)
        leaf = bytes.fromhex(str(proof.to_json()["leaf"]))
        assert verify_inclusion(leaf, seq, 9, proof.path, heads[-1].root)
        assert proof.text.startswith(f"c2sp.org/tlog-proof@v1\nindex {seq}\n")
        older = heads[seq]
        between = catalog.log.consistency(older.size, 9)
        assert verify_consistency(older.size, 9, between, older.root, heads[-1].root)


@pytest.mark.parametrize(("seq", "size"), [(3, None), (-1, None), (0, 4), (2, 1)])
def test_there_is_no_proof_of_what_is_not_there(catalog: Catalog, seq: int, size: int | None) -> None:
    """A place or a size outside the log is bad input."""
    for number in range(3):
        note(catalog, number)
    with pytest.raises(BadInput, match="no such proof"):
        catalog.log.inclusion(seq, size)
    with pytest.raises(NotFound, match="has no entry"):
        catalog.log.entry(99)


def test_the_same_head_is_signed_once(catalog: Catalog) -> None:
    """Asking again for the same head gives the same bytes."""
    note(catalog, 0)
    assert catalog.log.checkpoint() == catalog.log.checkpoint()


def test_the_key_is_for_its_owner_only(catalog: Catalog, tmp_path: Path) -> None:
    """The key file has mode 0600 and its folder 0700; the public key lies open in the log's folder."""
    key = tmp_path / "keys" / "log.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert (tmp_path / "log" / "log.pub").read_text() == catalog.log.verifier + "\n"
    key.chmod(0o644)
    with pytest.raises(Fault, match="others may read"):
        Catalog.open(tmp_path)
    key.chmod(0o600)
    key.write_text("damaged")
    with pytest.raises(Fault, match="cannot be used"):
        Catalog.open(tmp_path)


def test_a_home_may_move(tmp_path: Path) -> None:
    """Copied elsewhere, the record opens, verifies and goes on."""
    with Catalog.open(tmp_path / "here") as catalog:
        note(catalog, 0)
        kept = catalog.log.checkpoint()
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    with Catalog.open(tmp_path / "there") as catalog:
        note(catalog, 1)
        assert catalog.log.verify(kept).notes[0] == "2 entries, the first 1 of them signed"  # type: ignore[union-attr]


def test_an_older_database_is_not_signed(tmp_path: Path) -> None:
    """A database put back to an earlier day gets no signature, even after other entries were appended."""
    database = tmp_path / "catalog.db"
    with Catalog.open(tmp_path) as catalog:
        note(catalog, 0)
    shutil.copy(database, tmp_path / "older.db")
    with Catalog.open(tmp_path) as catalog:
        note(catalog, 1)
        signed = catalog.log.checkpoint()
    shutil.copy(tmp_path / "older.db", database)
    with Catalog.open(tmp_path) as catalog:
        with pytest.raises(Refused, match="has 1 entries, but its last checkpoint signed 2"):
            catalog.log.checkpoint()
        note(catalog, 77)
        with pytest.raises(Refused, match="does not extend"):
            catalog.log.checkpoint()
    assert (tmp_path / "log" / "checkpoint").read_text() == signed


def test_a_checkpoint_taken_away_is_missed(tmp_path: Path) -> None:
    """Without its last checkpoint a log with entries signs nothing and does not verify."""
    with Catalog.open(tmp_path) as catalog:
        note(catalog, 0)
        (tmp_path / "log" / "checkpoint").unlink()
        with pytest.raises(Refused, match="its last checkpoint is gone"):
            catalog.log.checkpoint()
        assert "its last checkpoint is gone" in str(catalog.log.verify())


def test_a_foreign_checkpoint_is_not_checkable(catalog: Catalog, tmp_path: Path) -> None:
    """Another log's checkpoint neither verifies nor fails this one."""
    with Catalog.open(tmp_path / "other") as other:
        foreign = other.log.checkpoint()
    assert "is not one that" in str(catalog.log.verify(foreign))
    assert "is not one that" in str(catalog.log.verify(json.dumps({})))
