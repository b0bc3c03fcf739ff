"""Global options mean the same before and after the command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeproof.arguments import hoist


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (["trace", "x", "--json"], ("--json", "trace", "x")),
        (["trace", "--home", "h", "x"], ("--home", "h", "trace", "x")),
        (["trace", "--known-at=2026-01-01", "x"], ("--known-at=2026-01-01", "trace", "x")),
        (["demo", "--no-serve"], ("demo", "--no-serve")),
        (["ingest", "--", "--json"], ("ingest", "--", "--json")),
        (["tables", "--home"], ("tables", "--home")),
    ],
)
def test_global_options_move_to_the_front(given_: list[str], expected: tuple[str, ...]) -> None:
    """Only global options move; their values move with them; nothing after -- does."""
    assert hoist(given_) == expected


@given(st.lists(st.sampled_from(["--json", "--home=h", "trace", "x", "--up"]), max_size=8))
def test_nothing_is_lost(given_: list[str]) -> None:
    """Hoisting is a reordering, and doing it twice changes nothing more."""
    assert sorted(hoist(given_)) == sorted(given_)
    assert hoist(hoist(given_)) == hoist(given_)
