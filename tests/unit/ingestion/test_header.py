"""A drop's header against its contract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.header import header_changes
from tests.unit.ingestion.contracts import CONTRACT

HEADER = CONTRACT.header


@pytest.mark.parametrize(
    ("header", "changes"),
    [
        (("id", "day", "person", "amount", "grade"), []),
        (
            ("id", "day", "person", "loan_amt", "grade"),
            ["column amount is missing; it was probably renamed to loan_amt"],
        ),
        (
            ("grades", "id", "day", "person", "amount"),
            ["column grade is missing; it was probably renamed to grades"],
        ),
        (("id", "day", "person", "grade"), ["column amount is missing"]),
        (("id", "day", "person", "amount", "grade", "colour"), ["column colour is not in the contract"]),
        (("id", "day", "person", "amount", "grade", "id"), ["column id appears more than once"]),
        (("id", "person", "day", "amount", "grade"), ["the columns stand in another order, from person on"]),
        (
            ("ID", "day", "person", "amount"),
            ["column id is missing; it was probably renamed to ID", "column grade is missing"],
        ),
    ],
)
def test_each_difference_is_told(header: tuple[str, ...], changes: list[str]) -> None:
    """Missing, renamed, extra, repeated and reordered columns each have their sentence."""
    assert [str(change) for change in header_changes(CONTRACT, header)] == changes


@given(st.permutations(HEADER))
def test_order_alone_never_refuses(header: list[str]) -> None:
    """Columns are read by name."""
    assert not any(change.refuses for change in header_changes(CONTRACT, header))


@given(st.lists(st.sampled_from([*HEADER, "colour", "Amount", "amounts", "x"]), max_size=8))
def test_a_drop_is_refused_exactly_when_its_columns_are_not_the_contracts(header: list[str]) -> None:
    """Whatever the header: refused unless it has each column once and no other."""
    refused = any(change.refuses for change in header_changes(CONTRACT, header))
    assert refused == (sorted(header) != sorted(HEADER))


@given(st.lists(st.sampled_from([*HEADER, "colour", "Amount", "amounts", "x"]), max_size=8))
def test_every_wrong_column_is_named_once(header: list[str]) -> None:
    """No missing or extra column goes untold, and none is told twice."""
    changes = header_changes(CONTRACT, header)
    named = [change.column for change in changes if change.change.value in {"renamed", "missing", "extra"}]
    named += [change.found for change in changes if change.found is not None]
    assert sorted(named) == sorted(set(header) ^ set(HEADER))
