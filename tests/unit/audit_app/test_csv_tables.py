"""Tables as CSV."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.packs.tables import to_csv
from audit_app.reports.dossier import Cell, Table


def written(*cells: Cell) -> list[str]:
    table = Table(name="t", headings=tuple(f"c{index}" for index in range(len(cells))), rows=(cells,))
    return list(csv.reader(io.StringIO(to_csv(table).decode(), newline="")))[1]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_is_never_a_formula(text: str) -> None:
    """What a spreadsheet would run gets an apostrophe before it."""
    assert written(text) == [f"'{text}"]


def test_numbers_stay_numbers() -> None:
    """A negative number is no formula; nothing is an empty cell; truth is a word."""
    assert written(-1.5, -3, None, True) == ["-1.5", "-3", "", "true"]


@given(st.text(max_size=30))
def test_other_text_comes_back_as_it_was(text: str) -> None:
    """Quotes, commas, line ends and any letters survive."""
    assert written(text, "x")[0].removeprefix("'") == text.removeprefix("'")
