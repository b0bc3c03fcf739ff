"""Whoever changes the log in the database behind our back is found, and the entry is named."""

from pathlib import Path

import pytest

from catalog.log.orm import EntryRow
from tests.support.tampering import ENTRIES, SIGNED, build, copy, cut_off, forge, tamper, verdict

#: The first, the last signed, and the last of all, which nothing signed yet.
PLACES = (0, SIGNED - 1, ENTRIES - 1)

#: For every column of an envelope, what somebody might write into it.
EDITS: dict[str, tuple[str, ...]] = {
    "seq": ("1000000", "-7"),
    "event_id": ("'another'", "event_id || ' '", "X'00'", "''"),
    "kind": ("'approval'", "upper(kind)", "kind || char(1)"),
    "producer": ("'urn:eve'", "producer || '/'"),
    "producer_seq": ("producer_seq + 1", "NULL", "'many'", "producer_seq + 0.5"),
    "recorded_at": (
        "'2020-01-01T00:00:00.000000Z'",
        "'2999-01-01T00:00:00.000000Z'",
        "substr(recorded_at, 1, 26) || '+00:00'",
        "'today'",
        "X'00'",
    ),
    "actor": ("'eve'", "actor || ' '", "CAST(X'FF' AS TEXT)"),
    "authenticated": ("1",),
    "payload_sha256": ("upper(payload_sha256)", "replace(payload_sha256, 'a', 'b')", "''"),
    "size": ("size + 1", "-1", "0"),
    "leaf": ("X'00'", "zeroblob(32)", "leaf || X'00'"),
}
PAYLOADS = (
    "UPDATE log_payloads SET body = body || ' ' WHERE seq = {seq}",
    "UPDATE log_payloads SET body = X'00' WHERE seq = {seq}",
    "UPDATE log_payloads SET body = CAST(body AS TEXT) WHERE seq = {seq}",
    "UPDATE log_payloads SET body = (SELECT body FROM log_payloads WHERE seq = 77) WHERE seq = {seq}",
    "DELETE FROM log_payloads WHERE seq = {seq}",
)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, str]]:
    """A home, and the notes of its heads as an auditor kept them."""
    home = tmp_path_factory.mktemp("pristine")
    return home, build(home)


@pytest.fixture
def home(pristine: tuple[Path, dict[int, str]], tmp_path: Path) -> Path:
    """A copy to damage."""
    copy(pristine[0], tmp_path)
    return tmp_path


def test_every_column_is_tried() -> None:
    """The table of edits has each column of an entry."""
    assert set(EDITS) == {column.name for column in EntryRow.__table__.columns}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("column", "value"), [(column, value) for column in EDITS for value in EDITS[column]]
)
def test_an_edited_column_names_its_entry(home: Path, column: str, value: str, place: int) -> None:
    """Whatever is written into whichever column of an entry, signed or not yet: that entry is named, first."""
    tamper(home, f"UPDATE log_entries SET {column} = {value} WHERE seq = {place}")
    said = verdict(home)
    if column == "seq" and value == "-7":
        assert said.startswith("entry -7: no place in the log has this number")
        assert place == ENTRIES - 1 or f"entry {place}: missing from the log" in said
    else:
        assert said.startswith(f"entry {place}: "), said


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("statement", PAYLOADS)
def test_a_changed_payload_names_its_entry(home: Path, statement: str, place: int) -> None:
    """Changed, replaced by another entry's, turned to text, deleted: the entry is named, and no other."""
    tamper(home, statement.format(seq=place))
    assert verdict(home).startswith(f"entry {place}: its payload ")
    assert verdict(home).count("entry") == 1


def test_only_what_differs_is_named(home: Path) -> None:
    """Two entries changed are two entries named, and no others."""
    tamper(home, "UPDATE log_payloads SET body = X'00' WHERE seq IN (3, 200)")
    assert verdict(home).count("entry") == 2


def swap(one: int, other: int) -> tuple[str, ...]:
    return (
        f"UPDATE log_entries SET seq = -1 WHERE seq = {one}",
        f"UPDATE log_entries SET seq = {one} WHERE seq = {other}",
        f"UPDATE log_entries SET seq = {other} WHERE seq = -1",
        f"UPDATE log_payloads SET seq = -1 WHERE seq = {one}",
        f"UPDATE log_payloads SET seq = {one} WHERE seq = {other}",
        f"UPDATE log_payloads SET seq = {other} WHERE seq = -1",
    )


COPY = (
    "INSERT INTO log_entries SELECT {seq}, 'x', kind, producer, producer_seq, '2999-01-01T00:00:00.000000Z',"
    " actor, authenticated, payload_sha256, size, leaf FROM log_entries WHERE seq = 4"
)
SHIFT = (
    "UPDATE log_entries SET seq = -seq WHERE seq >= 9",
    "UPDATE log_entries SET seq = 1 - seq WHERE seq < 0",
)
HOUR = "substr(recorded_at, 1, 11) || '00' || substr(recorded_at, 14)"


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (swap(7, 8), "entry 7: "),
        (swap(0, 299), "entry 0: "),
        (swap(255, 256), "entry 255: "),
        ((COPY.format(seq=300),), "entry 300: "),
        ((COPY.format(seq=10**12),), f"entry 300: missing from the log, with all up to entry {10**12 - 1}"),
        ((COPY.format(seq=-5),), "entry -5: no place in the log has this number"),
        ((*SHIFT, COPY.format(seq=9)), "entry 9: "),
        (
            ("DELETE FROM log_payloads WHERE seq = 12", "DELETE FROM log_entries WHERE seq = 12"),
            "entry 12: missing",
        ),
        (
            ("DELETE FROM log_entries WHERE seq BETWEEN 12 AND 14",),
            "entry 12: missing from the log, with all up to",
        ),
        (
            ("DELETE FROM log_entries", "DELETE FROM log_payloads"),
            "entry 0: missing from the log, with all up to",
        ),
        ((f"UPDATE OR IGNORE log_entries SET recorded_at = {HOUR}",), "entry 0: "),
        ((f"UPDATE log_entries SET recorded_at = {HOUR} WHERE seq >= 150",), "entry 150: "),
    ],
)
def test_entries_out_of_their_places_are_found(home: Path, statements: tuple[str, ...], named: str) -> None:
    """Swapped, slipped in, taken out, all re-timed: the first entry that is not what it was is named first."""
    tamper(home, *statements)
    assert verdict(home).startswith(named), verdict(home)


@pytest.mark.parametrize("level", range(1, 9))
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log_nodes SET digest = zeroblob(32)",
        "UPDATE log_nodes SET position = 999",
        "DELETE FROM log_nodes",
    ],
)
def test_a_changed_node_is_named(home: Path, level: int, change: str) -> None:
    """Each level of the tree that is kept is held against the one that the entries give."""
    tamper(home, f"{change} WHERE level = {level} AND position = 0")
    assert verdict(home).startswith(
        f"the tree's node 0 at level {level} is not the one that its entries give"
    )


@pytest.mark.parametrize("size", [0, 1, 99, 256, SIGNED - 1])
def test_a_cut_off_end_is_found(home: Path, size: int) -> None:
    """Entries taken off the end, with the tree over them: the first that a head had signed is named."""
    cut_off(home, size)
    rest = "" if size == SIGNED - 1 else f", with all up to entry {SIGNED - 1}"
    assert verdict(home).startswith(f"entry {size}: missing from the log{rest}; a checkpoint signed {SIGNED}")


@pytest.mark.parametrize("seq", [3, 270])
def test_an_insider_is_contradicted_by_the_tiles(home: Path, seq: int) -> None:
    """A forgery that is consistent within the database differs from what was published, and is named."""
    forge(home, seq)
    assert verdict(home).startswith(f"entry {seq}: its envelope is not the one published in log/tile/0/")


@pytest.mark.parametrize("size", [100, 270, 290])
def test_a_head_kept_in_the_database_is_held_to_its_signature(home: Path, size: int) -> None:
    """A kept head that was edited, or moved to another size, is named."""
    tamper(
        home, f"UPDATE log_checkpoints SET note = replace(note, '{size}', '{size - 1}') WHERE size = {size}"
    )
    assert f"the checkpoint of {size} kept in the database is not signed as such" in verdict(home)
    tamper(home, f"UPDATE log_checkpoints SET size = {size - 5} WHERE size = {size}")
    assert f"the checkpoint of {size - 5} kept in the database is not signed as such" in verdict(home)
