"""The journal's frames: whatever a crash leaves, acknowledged records are read and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from inference.framing import frame, join, split, unframe

RECORDS = st.lists(st.text(max_size=40).map(str.encode), max_size=8)


def test_frames_are_read_as_written() -> None:
    """Records come back in order, the empty one included."""
    records = [b"one", b"", b"three"]
    assert unframe(b"".join(map(frame, records))).records == (b"one", b"", b"three")


@given(RECORDS, st.data())
def test_a_torn_tail_is_cut(records: list[bytes], data: st.DataObject) -> None:
    """Cut anywhere, a segment gives exactly the records that were whole, and no damage."""
    whole = b"".join(map(frame, records))
    cut = data.draw(st.integers(0, len(whole)))
    ends = [len(b"".join(map(frame, records[: count + 1]))) for count in range(len(records))]
    reading = unframe(whole[:cut])
    assert reading.records == tuple(record for record, end in zip(records, ends, strict=True) if end <= cut)
    assert reading.torn == cut - max([0, *(end for end in ends if end <= cut)])
    assert not reading.damaged


@given(RECORDS, st.binary(max_size=30).filter(lambda tail: b"\xff" not in tail))
def test_rubbish_at_the_end_is_cut(records: list[bytes], tail: bytes) -> None:
    """Bytes that make no frame after the last one are counted as torn."""
    reading = unframe(b"".join(map(frame, records)) + tail)
    assert reading.records == tuple(records)
    assert reading.torn == len(tail) and not reading.damaged


@given(st.lists(st.text(max_size=40).map(str.encode), min_size=2, max_size=8), st.data())
def test_damage_before_whole_frames_is_reported(records: list[bytes], data: st.DataObject) -> None:
    """A flipped byte before the last frame loses its record only, and the place is named."""
    broken = data.draw(st.integers(0, len(records) - 2))
    frames = [bytearray(frame(record)) for record in records]
    frames[broken][data.draw(st.integers(0, len(frames[broken]) - 1))] ^= 0x10
    reading = unframe(b"".join(frames))
    start = sum(map(len, frames[:broken]))
    assert reading.records == tuple(records[:broken] + records[broken + 1 :])
    assert reading.damaged == ((start, start + len(frames[broken])),)
    assert reading.torn == 0


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(rubbish: bytes) -> None:
    """Reading never raises, and never invents: every byte is in a record, damaged or torn."""
    reading = unframe(rubbish)
    accounted = sum(len(frame(record)) for record in reading.records)
    accounted += sum(end - start for start, end in reading.damaged) + reading.torn
    assert accounted == len(rubbish)


def test_a_record_holds_the_predictions_of_a_request() -> None:
    """Lines go in and come out."""
    assert split(join([b"{}", b"[]"])) == [b"{}", b"[]"]
