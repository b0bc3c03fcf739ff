"""Small readings of sqlglot's nodes that several modules need. Pure."""

from collections.abc import Sequence

from sqlglot import exp

from lineage.sql.relations import Column
from lineage.sql.sources import Unfollowed


def place_of(key: exp.Expr) -> int | None:
    """The number in `order by 2`, counted from 1; None where it is no number."""
    return int(key.name) if isinstance(key, exp.Literal) and key.is_int else None


def column_at(columns: Sequence[Column], place: int) -> Column:
    """The column at a place counted from 1."""
    if not 1 <= place <= len(columns):
        raise Unfollowed(f"place {place} of {len(columns)} columns")
    return columns[place - 1]


def refuse_others(node: exp.Expr, known: frozenset[str]) -> None:
    """Raise Unfollowed where a node says something that its reader was not written for."""
    for name, said in node.args.items():
        if said and name not in known:
            raise Unfollowed(f"{node.key} with {name.strip('_')}")
