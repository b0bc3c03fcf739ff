"""The one ZIP that a set of members has."""

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from audit_app.packs.stored import read_stored, write_stored

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,8}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,8}){0,2}", fullmatch=True)
MEMBERS = st.dictionaries(NAMES, st.binary(max_size=40), max_size=6)


@given(MEMBERS)
def test_what_was_written_is_read_again(members: dict[str, bytes]) -> None:
    """Reading gives the members back, without a fault, and the standard library agrees."""
    data = write_stored(members)
    contents = read_stored(data)
    assert contents.members == members and not contents.damages
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == members


@given(MEMBERS, st.data())
def test_any_other_bytes_have_a_fault(members: dict[str, bytes], draw: st.DataObject) -> None:
    """A byte changed, put in, taken out or cut off anywhere is a fault."""
    data = write_stored(members)
    place = draw.draw(st.integers(0, len(data) - 1))
    rest = draw.draw(st.sampled_from([data[place + 1 :], b"\0" + data[place:], data[place:], b""]))
    mutant = data[:place] + draw.draw(st.binary(max_size=2)) + rest
    damages = read_stored(mutant).damages
    assert bool(damages) == (mutant != data)


def test_deflated_is_another_file() -> None:
    """The same members packed by another program are not the same pack."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a" * 100)
    assert read_stored(buffer.getvalue()).damages


@given(st.binary(max_size=200))
def test_reading_never_raises(data: bytes) -> None:
    """Whatever the bytes are, the answer is a list of faults."""
    assert read_stored(data).damages or data == write_stored(read_stored(data).members)
