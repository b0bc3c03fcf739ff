"""The log's key is changed: what was signed before still verifies, what is signed after names the new key."""

import stat
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.log import rows
from catalog.log.changing_keys import KIND, announcement
from catalog.log.keys import KeyFile, LogKey, open_key
from lineage.certainty import Failed, NotCheckable, Verified
from lineage.checkpoints import Checkpoint, open_checkpoint, parse_verifier_key, sign
from lineage.errors import Refused
from lineage.merkle import verify_inclusion
from tests.support.record import ANNA, take_notes
from tests.support.tampering import tamper


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Catalog.open(tmp_path) as catalog:
        grow(catalog, 1, 9)
        catalog.log.checkpoint()
    return tmp_path


def grow(catalog: Catalog, first: int, last: int) -> None:
    take_notes(catalog, first, last + 1)


def key_of(home: Path) -> LogKey:
    return open_key(home / "keys" / "log.key")


def test_old_heads_and_new_ones_verify(home: Path) -> None:
    """Through two changes of keys: each head an auditor kept opens with the key of its time, and is extended."""
    kept: list[str] = []
    with Catalog.open(home) as catalog:
        first = catalog.log.verifier
        for number in (10, 20):
            kept.append(catalog.log.checkpoint())
            catalog.rotate_key(actor=ANNA)
            kept.append(catalog.log.checkpoint())
            grow(catalog, number, number + 4)
        kept.append(catalog.log.checkpoint())
        for note in kept:
            assert isinstance(catalog.log.verify(note), Verified)
        assert catalog.log.verifier != first
        assert catalog.log.verifier.split("+")[0] == first.split("+")[0], "the log keeps its name"
        assert (home / "log" / "log.pub").read_text() == f"{catalog.log.verifier}\n"


def test_the_change_is_an_entry_signed_by_both(home: Path) -> None:
    """The entry names both keys, and the first head with it bears both signatures."""
    old = key_of(home)
    with Catalog.open(home) as catalog:
        entry = catalog.rotate_key(actor=ANNA)
        note = catalog.log.checkpoint()
    new = key_of(home)
    assert (entry.kind, entry.seq, entry.actor) == (KIND, 9, ANNA)
    assert (entry.body()["old"], entry.body()["new"]) == (old.verifier, new.verifier)
    for key in (old, new):
        head = open_checkpoint(note, key.origin, key.public)
        assert head is not None and head.size == 10
    assert stat.S_IMODE((home / "keys" / "log.key").stat().st_mode) == 0o600
    assert [path.name for path in (home / "keys").iterdir()] == ["log.key"], "the old key is gone"


def test_a_replaced_key_signs_no_more(home: Path) -> None:
    """Who still has the old key can sign no later head: neither in the folder nor as one that an auditor kept."""
    old = key_of(home)
    with Catalog.open(home) as catalog:
        catalog.rotate_key(actor=ANNA)
        grow(catalog, 10, 12)
        head = parse(catalog.log.checkpoint(), key_of(home))
        forged = sign(head, old.private)
        verdict = catalog.log.verify(forged)
        assert isinstance(verdict, Failed) and "a key that was replaced at entry 9" in verdict.reason
        (home / "log" / "checkpoint").write_text(forged)
        verdict = catalog.log.verify()
        assert isinstance(verdict, Failed) and "by one that was replaced at entry 9" in verdict.reason
        with pytest.raises(Refused, match="replaced at entry 9"):
            catalog.log.checkpoint()


def parse(note: str, key: LogKey) -> Checkpoint:
    head = open_checkpoint(note, key.origin, key.public)
    assert head is not None
    return head


def test_the_old_key_put_back_is_refused(home: Path) -> None:
    """A key file restored from before the change signs nothing, and verifying says so."""
    before = (home / "keys" / "log.key").read_bytes()
    with Catalog.open(home) as catalog:
        catalog.rotate_key(actor=ANNA)
    (home / "keys" / "log.key").write_bytes(before)
    with Catalog.open(home) as catalog:
        grow(catalog, 10, 10)
        with pytest.raises(Refused, match="not the one that the last change of keys put in force"):
            catalog.log.checkpoint()
        assert "not the one that the last change of keys put in force" in str(catalog.log.verify())


def test_a_strangers_rotation_is_refused(home: Path) -> None:
    """An entry that puts a stranger's key in force without the old key's signature: nothing is signed after it."""
    with Catalog.open(home) as catalog:
        stranger = open_key(home / "elsewhere" / "log.key")
        catalog.log.append(
            KIND, {"old": catalog.log.verifier, "new": stranger.verifier, "statement": "?"}, actor=ANNA
        )
        with pytest.raises(Refused, match="entry 9: its change of keys is not signed by both"):
            catalog.log.checkpoint()
        assert "entry 9: its change of keys is not signed by both" in str(catalog.log.verify())


def test_an_edited_change_of_keys_names_its_entry(home: Path) -> None:
    """The statement is a payload like any other: changed, its entry is named."""
    with Catalog.open(home) as catalog:
        catalog.rotate_key(actor=ANNA)
    tamper(home, "UPDATE log_payloads SET body = replace(body, 'key rotation', 'key notation') WHERE seq = 9")
    with Catalog.open(home) as catalog:
        assert str(catalog.log.verify()).count("entry 9: ") == 2


def test_a_killed_change_of_keys_is_finished_by_the_next(home: Path) -> None:
    """Killed after the entry was written, before the new key took its place: whoever publishes next does the rest."""
    keys, old = KeyFile(home / "keys" / "log.key"), key_of(home)
    with Catalog.open(home) as catalog:
        with catalog._store.sequenced() as session:
            wanted = announcement(session, keys, actor=ANNA, event_id="x")
            rows.append(session, [wanted], now=catalog._clock())
        assert key_of(home).verifier == old.verifier
    with Catalog.open(home) as catalog:
        assert isinstance(catalog.log.verify(), Verified), "the change is whole, though not finished"
        note = catalog.log.checkpoint()
        for key in (old, key_of(home)):
            assert parse(note, key).size == 10
        assert key_of(home).verifier == catalog.log.entry(9).body()["new"] != old.verifier
        assert isinstance(catalog.log.verify(), Verified)


def test_a_change_killed_before_its_entry_never_was(home: Path) -> None:
    """A new key that lies ready but was never put in force is nothing; the next change makes another."""
    old = key_of(home)
    lost = KeyFile(home / "keys" / "log.key").prepare()
    with Catalog.open(home) as catalog:
        grow(catalog, 10, 10)
        assert parse(catalog.log.checkpoint(), old).size == 10
        catalog.rotate_key(actor=ANNA)
        assert catalog.log.verifier not in {old.verifier, lost.verifier}
        assert isinstance(catalog.log.verify(), Verified)


def test_another_process_signs_with_the_new_key(home: Path) -> None:
    """A record that was open before the change signs with the new key after it."""
    with Catalog.open(home) as early, Catalog.open(home) as other:
        other.rotate_key(actor=ANNA)
        grow(early, 10, 10)
        assert parse(early.log.checkpoint(), key_of(home)).size == 11
        assert early.log.verifier == other.log.verifier


def test_earlier_heads_are_vouched_for_by_the_new_key(home: Path) -> None:
    """What needs an earlier head after the change gets one by the key in force; an entry is proven under it."""
    with Catalog.open(home) as catalog:
        catalog.rotate_key(actor=ANNA)
        note = catalog.log.checkpoint(5)
        head = parse(note, key_of(home))
        assert isinstance(catalog.log.verify(note), Verified)
        leaf = catalog.log.entry(3).envelope.leaf
        assert verify_inclusion(leaf, 3, 5, catalog.log.inclusion(3, 5), head.root)


def test_a_foreign_head_is_not_checkable(home: Path, tmp_path: Path) -> None:
    """Another log's head neither verifies nor fails this one, changes of keys or not."""
    with Catalog.open(tmp_path / "other") as other:
        foreign = other.log.checkpoint()
    with Catalog.open(home) as catalog:
        catalog.rotate_key(actor=ANNA)
        assert isinstance(catalog.log.verify(foreign), NotCheckable)
        named = parse_verifier_key(catalog.log.verifier)
        assert named is not None and open_checkpoint(foreign, *named) is None
