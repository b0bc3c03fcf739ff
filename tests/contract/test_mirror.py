"""Every mirror of the log keeps its entries exactly once, in order, byte for byte."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from catalog.mirror import MemoryMirror, Mirror
from lakehouse.lake import Lake
from lakehouse.mirror import DeltaMirror
from lineage.errors import LakeproofError
from lineage.mirrored import Carried, MirroredEntry

ORIGIN = "lakeproof.log/test"
MAKERS: dict[str, Callable[[Path], Mirror]] = {
    "memory": lambda _: MemoryMirror(),
    "delta": lambda root: DeltaMirror(Lake(root), on=date(2026, 1, 1)),
}


@pytest.fixture(params=MAKERS)
def mirror(request: pytest.FixtureRequest, tmp_path: Path) -> Mirror:
    return MAKERS[request.param](tmp_path)


def an_entry(seq: int) -> MirroredEntry:
    """An entry with whatever a column may hold: any text, no number, bytes that are no text, no payload."""
    return MirroredEntry(
        seq=seq,
        event_id=f"ëvent \U0001f642 {seq}",
        kind="refused-event" if seq % 3 else "note",
        producer="urn:'quoted\"",
        producer_seq=None if seq % 2 else seq,
        recorded_at=f"2026-03-04T12:00:{seq % 60:02}.000001Z",
        actor="anna",
        authenticated=bool(seq % 2),
        payload_sha256="0" * 64,
        size=seq,
        leaf=bytes([seq % 256]) * 32,
        payload=None if seq % 5 == 4 else b"\xff\x00{" + bytes(seq % 7),
    )


def carry(mirror: Mirror, first: int, end: int) -> bool:
    return mirror.append([an_entry(seq) for seq in range(first, end)], carried(first, end))


def carried(first: int, end: int) -> Carried:
    return Carried(origin=ORIGIN, first=first, end=end, checkpoint=f"head of {end}\n")


def test_an_empty_mirror_has_nothing(mirror: Mirror) -> None:
    """Before the first entry there is none."""
    assert mirror.size(ORIGIN) == 0


def test_what_was_carried_comes_back_in_order(mirror: Mirror) -> None:
    """Entries come back byte for byte, by seq; each commit says what it carries."""
    assert carry(mirror, 0, 3)
    assert carry(mirror, 3, 11)
    assert list(mirror.entries()) == [an_entry(seq) for seq in range(11)]
    assert mirror.carried() == (carried(0, 3), carried(3, 11))
    assert mirror.size(ORIGIN) == 11


def test_carrying_again_changes_nothing(mirror: Mirror) -> None:
    """What is there already, all of it or its beginning, is not added again."""
    carry(mirror, 0, 5)
    assert not carry(mirror, 0, 5)
    assert not carry(mirror, 0, 3)
    assert len(list(mirror.entries())) == 5


@pytest.mark.parametrize(("first", "end"), [(3, 8), (6, 8)])
def test_nothing_overlaps_and_nothing_is_left_out(mirror: Mirror, first: int, end: int) -> None:
    """Entries that begin before the end, or beyond it, are refused as a whole."""
    carry(mirror, 0, 5)
    with pytest.raises(LakeproofError):
        carry(mirror, first, end)
    assert [each.seq for each in mirror.entries()] == list(range(5))
