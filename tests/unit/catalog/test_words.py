"""Text keeps every character and the order of code points, on every database."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.base import keep, meant

_ODD = st.text(st.sampled_from("\0\1\2aB_-é\U0001f40d"), max_size=6)


@given(_ODD)
def test_what_is_kept_is_what_was_meant(text: str) -> None:
    """NUL and the characters that spell it come back; nothing kept holds NUL."""
    assert meant(keep(text)) == text
    assert "\0" not in keep(text)


@given(_ODD, _ODD)
def test_keeping_changes_no_order(one: str, other: str) -> None:
    """What sorts first, as bytes of UTF-8, still does; so does what begins with what."""
    assert (one.encode() < other.encode()) == (keep(one).encode() < keep(other).encode())
    assert one.startswith(other) == keep(one).startswith(keep(other))
