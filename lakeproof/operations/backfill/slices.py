"""The slice of a table a correction is about: one column, some of its values. Parsed once at the door."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from lineage.errors import BadInput

_HOW = "write --where as: drop_month = '2025-03', or drop_month in ('2025-03', '2025-04')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """`column in values`; values sorted and distinct."""

    column: str
    values: tuple[str, ...]

    @property
    def where(self) -> str:
        """The predicate in one canonical spelling, valid on Spark and DataFusion."""
        quoted = ", ".join(f"'{value}'" for value in self.values)
        return f"{self.column} in ({quoted})"


def parse_slice(where: str, *, partitions: Sequence[str]) -> Slice:
    """Parse a predicate over one partition column. Raises BadInput on anything else.

    Only `=` and `in` with text literals are understood: a correction that cuts across partitions would have to
    read and rewrite the whole table, so it must be asked for as such.
    """
    try:
        tree = sqlglot.parse_one(where, dialect="spark")
    except ParseError as error:
        raise BadInput(f"--where does not parse: {where}", next_move=_HOW) from error
    found = _column_and_values(tree)
    if found is None:
        raise BadInput(f"--where is not a slice of one column: {where}", next_move=_HOW)
    column, values = found
    if column not in partitions:
        known = ", ".join(partitions) or "none"
        raise BadInput(
            f"--where is about '{column}', which is no partition column (partition columns: {known})",
            next_move="name a partition column, so that only the slice is rewritten",
        )
    return Slice(column=column, values=tuple(sorted(set(values))))


def _column_and_values(tree: exp.Expr) -> tuple[str, list[str]] | None:
    match tree:
        case exp.EQ(this=exp.Column() as column, expression=exp.Literal() as literal) if _plain(literal):
            return column.name, [literal.name]
        case exp.In(this=exp.Column() as column) if tree.expressions and all(map(_plain, tree.expressions)):
            return column.name, [literal.name for literal in tree.expressions]
    return None


def _plain(literal: exp.Expr) -> bool:
    return isinstance(literal, exp.Literal) and bool(literal.is_string) and "'" not in literal.name
