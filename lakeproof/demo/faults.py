"""The faults planted in the landing folder, each by a fixed rule. Pure: rows in, rows out.

They are what a bank's core system does to its readers: a column renamed, values that cannot be, and a figure
that is plausible and wrong.
"""

from collections.abc import Sequence

from lakeproof.demo.study import Row

RENAMED_MONTH = "2024-08"
RENAMED = ("hexp", "housing_expense")

IMPOSSIBLE_MONTH = "2024-11"
#: Position in the drop (from 0) → what is written over the row. All six rows are otherwise faultless.
IMPOSSIBLE: dict[int, Row] = {
    4: {"loanamt": "-150"},
    15: {"obrat": "900.0"},
    27: {"price": "n/a"},
    38: {"applied_on": "2024-11-31"},
    49: {"hexp": "-1", "dep": "45"},
    60: {"pubrec": "7"},
}

HALVED_MONTH = "2025-03"
HALVED = ("hrat", "obrat")


def with_column_renamed(rows: Sequence[Row]) -> list[Row]:
    """The rows as after a release that renamed a column, in place."""
    old, new = RENAMED
    return [{new if name == old else name: value for name, value in row.items()} for row in rows]


def with_impossible_values(rows: Sequence[Row]) -> list[Row]:
    """The rows with six of them spoilt, one of those twice."""
    return [{**row, **IMPOSSIBLE.get(position, {})} for position, row in enumerate(rows)]


def with_ratios_halved(rows: Sequence[Row]) -> list[Row]:
    """The rows as from an export that counted each income twice: both debt ratios are half the truth."""
    return [{**row, **{name: str(float(row[name]) / 2) for name in HALVED}} for row in rows]
