"""Claims about cursors: they say where an answer goes on, and belong to one question at its two times."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.cursor import read_cursor, write_cursor
from lineage.errors import BadInput
from lineage.times import Instants

AT = Instants(
    as_of=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), known_at=datetime(2026, 2, 3, tzinfo=UTC), log_size=7
)


@given(st.integers(0, 2**53 - 1))
def test_a_cursor_brings_its_times(offset: int) -> None:
    """What was written is read: how far the answer came, and both times."""
    found = read_cursor(write_cursor(offset, AT, {"subject": "a"}), {"subject": "a"})
    assert (found.offset, found.as_of, found.known_at) == (offset, AT.as_of, AT.known_at)


def test_a_cursor_belongs_to_its_question() -> None:
    """With another subject or depth it is refused."""
    with pytest.raises(BadInput, match="belongs to another question"):
        read_cursor(write_cursor(5, AT, {"subject": "a"}), {"subject": "b"})


@given(st.text(max_size=40))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """Whatever is given instead of one."""
    with pytest.raises(BadInput):
        read_cursor(text, {"subject": "a"})
