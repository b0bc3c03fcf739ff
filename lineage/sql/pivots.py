"""PIVOT and UNPIVOT. Pure."""

from typing import TYPE_CHECKING

from sqlglot import exp

from lineage.sql.expressions import value
from lineage.sql.nodes import refuse_others
from lineage.sql.relations import Column, Relation, Source
from lineage.sql.scope import Scope
from lineage.sql.sources import NOTHING, Sources, Subtype, Unfollowed, steering

if TYPE_CHECKING:
    from lineage.sql.reader import Reader

_PIVOT_ARGS = frozenset(
    "expressions fields unpivot alias columns identify_pivot_strings prefixed_pivot_columns pivot_column_naming "
    "include_nulls value_columns_first".split()
)


def pivoted(reader: "Reader", pivot: exp.Pivot, relation: Relation) -> Relation:
    """The relation with rows turned into columns, or columns into rows. Raises Unfollowed."""
    refuse_others(pivot, _PIVOT_ARGS)
    fields = list(pivot.args.get("fields") or ())
    if len(fields) != 1 or not isinstance(fields[0], exp.In):
        raise Unfollowed("a pivot over several columns at once")
    scope = Scope(reader.dialect, reader.relation)
    alias = pivot.args.get("alias")
    scope.source.add(Source(parts=(), relation=relation))
    if pivot.args.get("unpivot"):
        made = _to_rows(reader, pivot, fields[0], relation)
    else:
        made = _to_columns(reader, pivot, fields[0], scope)
    return made.renamed(reader.names(alias))


def _to_columns(reader: "Reader", pivot: exp.Pivot, field: exp.In, scope: Scope) -> Relation:
    """Each value becomes a column of each aggregate. The columns that neither names group."""
    relation = scope.source.sources[0].relation
    names = pivot.args.get("columns") or ()
    aggregates = pivot.expressions
    if (
        not names
        or len(names) != len(aggregates) * len(field.expressions)
        or not isinstance(field.this, exp.Column)
    ):
        raise Unfollowed("a pivot whose columns depend on the data")
    chooses = steering(scope.column(field.this), Subtype.CONDITIONAL)
    made = [value(aggregate, scope) | chooses for aggregate in aggregates]
    used = {
        reader.dialect.key(c.this) for part in (*aggregates, field.this) for c in part.find_all(exp.Column)
    }
    kept = [column for column in relation.columns if column.key not in used]
    rows = NOTHING.union(*(column.read() for column in kept))
    columns = [
        Column(name=reader.dialect.shown(name), key=reader.dialect.key(name), sources=made[at % len(made)])
        for at, name in enumerate(names)
    ]
    return Relation(columns=[*kept, *columns], rows=relation.rows | steering(rows, Subtype.GROUP_BY))


def _to_rows(reader: "Reader", pivot: exp.Pivot, field: exp.In, relation: Relation) -> Relation:
    """The listed columns become rows: one column of their names, and of each value a column."""
    names = [each for part in pivot.expressions for each in (part.expressions or [part])]
    groups = [_listed(reader, each) for each in field.expressions]
    if any(len(group) != len(names) for group in groups):
        raise Unfollowed("an unpivot of groups of different sizes")
    values: list[Column] = []
    for at, name in enumerate(names):
        sources: Sources = NOTHING.union(*(_read(relation, group[at]) for group in groups))
        values.append(Column(name=reader.dialect.shown(name), key=reader.dialect.key(name), sources=sources))
    label = Column(name=reader.dialect.shown(field.this), key=reader.dialect.key(field.this), sources=NOTHING)
    listed = {key for group in groups for key in group}
    kept = [column for column in relation.columns if column.key not in listed]
    made = [*values, label] if reader.dialect.value_before_name else [label, *values]
    return Relation(columns=[*kept, *made], rows=relation.rows)


def _listed(reader: "Reader", node: exp.Expr) -> list[str]:
    inner = node.this if isinstance(node, (exp.PivotAlias, exp.Alias)) else node
    parts = inner.expressions if isinstance(inner, exp.Tuple) else [inner]
    return [reader.dialect.key(part.this if isinstance(part, exp.Column) else part) for part in parts]


def _read(relation: Relation, key: str) -> Sources:
    found = relation.by_key.get(key, ())
    if len(found) != 1:
        raise Unfollowed(f"column {key} of an unpivot")
    return found[0].read()
