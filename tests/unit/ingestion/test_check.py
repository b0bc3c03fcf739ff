"""Rows are held to the contract: types pinned, every reason told, nothing personal in a reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.check import Checked, check_rows
from tests.unit.ingestion.contracts import CONTRACT, table


def check(*rows: dict[str, str]) -> Checked:
    return check_rows(CONTRACT, table(*rows), key="2024-03")


def reasons(row: dict[str, str]) -> list[str]:
    """Why a single row is rejected, as text."""
    return [str(reason) for rejected in check(row).rejected for reason in rejected.reasons]


def test_a_good_row_becomes_typed_values() -> None:
    """Text turns into the types of the contract."""
    (row,) = check({}).accepted
    assert row.values == {
        "id": "L-1",
        "day": date(2024, 3, 5),
        "person": "12345678",
        "amount": 120.0,
        "grade": 1,
    }


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"grade": "1.0"}, "grade: 1.0 is not a whole number of 64 bits"),
        ({"grade": "9223372036854775808"}, "grade: is not a whole number of 64 bits"),
        ({"grade": " 1"}, "grade:  1 is not a whole number of 64 bits"),
        ({"grade": "3"}, "grade: 3 must be one of 1, 2"),
        ({"amount": "nan"}, "amount: nan is not a finite number"),
        ({"amount": "1e999"}, "amount: 1e999 is not a finite number"),
        ({"amount": "1,000"}, "amount: is not a finite number"),
        ({"amount": "-10"}, "amount: -10 must be at least 0"),
        ({"amount": ""}, "amount: is empty"),
        ({"day": "2024-02-30"}, "day: 2024-02-30 is not a day as 2024-03-31"),
        ({"day": "20240305"}, "day: 20240305 is not a day as 2024-03-31"),
        ({"day": "2024-04-01"}, "day: 2024-04-01 does not lie in 2024-03"),
        ({"person": "123"}, "person: must be eight digits"),
        ({"person": ""}, "person: is empty"),
    ],
)
def test_a_fault_is_told(cells: dict[str, str], reason: str) -> None:
    """Each kind of fault has its one sentence."""
    assert reasons(cells) == [reason]


def test_every_reason_is_told_in_the_contracts_order() -> None:
    """A row that breaks several rules, one column two of them, is rejected with all of them."""
    assert reasons({"grade": "7", "amount": "-3", "day": "soon"}) == [
        "day: soon is not a day as 2024-03-31",
        "amount: -3 must be at least 0",
        "amount: -3 must be a whole multiple of ten",
        "grade: 7 must be one of 1, 2",
    ]


def test_an_empty_cell_is_unknown_where_it_may_be() -> None:
    """A column that is not required may be empty; the value is then None and no rule is applied."""
    (row,) = check({"grade": ""}).accepted
    assert row.values["grade"] is None


def test_rows_that_share_an_id_are_all_rejected() -> None:
    """None of them can be told to be the right one, not even among equals."""
    checked = check({"id": "A"}, {"id": "B"}, {"id": "A"}, {"id": "A", "amount": "10"})
    assert [row.values["id"] for row in checked.accepted] == ["B"]
    assert {str(reason) for row in checked.rejected for reason in row.reasons} == {"id: appears 3 times"}


@given(
    st.sampled_from(["amount", "grade", "day"]),
    st.from_regex(r"[A-Z][a-z]{3,9} [A-Z][a-z]{3,9}", fullmatch=True),
)
def test_a_name_in_the_wrong_column_is_not_repeated(column: str, name: str) -> None:
    """Reasons lie in clear; a name that slipped into another column must not come with them."""
    assert all(name not in reason for reason in reasons({column: name}))


ROWS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["A", "B", "C", "D"]),
        "amount": st.sampled_from(["10", "-10", "x"]),
        "day": st.sampled_from(["2024-03-01", "2024-02-29"]),
    }
)


@given(
    st.lists(ROWS, min_size=1, max_size=8).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(rows))
    )
)
def test_the_order_of_rows_does_not_matter(pair: tuple[list[dict[str, str]], list[dict[str, str]]]) -> None:
    """The same rows in any order: the same are accepted, and the same rejected for the same reasons."""

    def verdicts(rows: list[dict[str, str]]) -> list[str]:
        checked = check(*rows)
        assert len(checked.accepted) + len(checked.rejected) == len(rows)
        accepted = [str(sorted(row.values.items(), key=str)) for row in checked.accepted]
        return sorted(accepted + [f"{sorted(row.text.items())} {row.reasons}" for row in checked.rejected])

    assert verdicts(pair[0]) == verdicts(pair[1])


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_a_repeated_row_is_never_accepted(rows: list[dict[str, str]]) -> None:
    """Whatever is in a drop, sending it doubled accepts nothing."""
    assert check(*rows, *rows).accepted == ()
