"""From a SELECT to its relation: the list of columns, and what the other clauses steer. Pure."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineage.sql.dialects import Aliases
from lineage.sql.expressions import condition, conditions, keys_of, value
from lineage.sql.items import read_from
from lineage.sql.nodes import column_at, place_of, refuse_others
from lineage.sql.relations import Column, Relation, unnamed_columns
from lineage.sql.scope import Scope, Seen
from lineage.sql.sources import NOTHING, Sources, Subtype, Unfollowed, steering
from lineage.sql.stars import expanded, struct_star

if TYPE_CHECKING:
    from lineage.sql.reader import Reader

_ARGS = frozenset(
    "with_ expressions hint distinct into from_ laterals joins where group having qualify windows distribute "
    "sort cluster order limit offset fetch locks sample options operation_modifiers".split()
)
#: Functions that make several columns, or whose column nobody but the engine names.
_GENERATORS = (exp.Explode, exp.Posexplode, exp.Inline, exp.Stack, exp.Unnest, exp.QueryTransform)


def read_select(reader: "Reader", select: exp.Select, outer: Scope | None) -> Relation:
    """The relation of a SELECT whose WITH the reader knows already. Raises Unfollowed."""
    refuse_others(select, _ARGS)
    scope = Scope(reader.dialect, reader.relation, outer)
    read_from(reader, select, scope)
    columns = [column for made in _projections(reader, select, scope) for column in made]
    return Relation(
        columns=columns,
        rows=scope.source.rows | _Clauses(select, scope, columns).rows(),
        open=unnamed_columns(columns),
    )


def _projections(reader: "Reader", select: exp.Select, scope: Scope) -> Iterator[Sequence[Column]]:
    """The columns that each projection makes."""
    seen = scope.seeing(scope.dialect.beside)
    for projection in select.expressions:
        if isinstance(projection, exp.Star):
            yield list(expanded(projection, scope.every_column(), scope))
            continue
        if isinstance(projection, exp.Column) and isinstance(projection.this, exp.Star):
            yield _star_of(projection, scope)
            continue
        if isinstance(projection, _GENERATORS) or projection.key == "querytransform":
            raise Unfollowed(f"{projection.key} without names for its columns")
        made = _computed(projection, scope, seen)
        reader.spend(made)
        yield made


def _computed(projection: exp.Expr, scope: Scope, seen: Seen) -> list[Column]:
    try:
        sources: Sources | None = value(projection, seen)
        why = ""
    except Unfollowed as error:
        sources, why = None, str(error)
    made: list[Column] = []
    for identifier in _identifiers(projection):
        if identifier is None:
            made.append(Column(name=None, key=None, sources=sources, why=why))
            continue
        key = scope.dialect.key(identifier)
        column = Column(name=scope.dialect.shown(identifier), key=key, sources=sources, why=why)
        made.append(column)
        if isinstance(projection, exp.Column):
            scope.aliases.setdefault(key, column)
        else:
            scope.aliases[key] = _alias(scope.aliases.get(key), column)
    return made


def _star_of(projection: exp.Column, scope: Scope) -> Sequence[Column]:
    star = projection.this
    qualifier = [part for part in projection.parts if part is not star]
    columns = scope.star_of(qualifier)
    if columns is not None:
        return list(expanded(star, columns, scope))
    struct = scope.struct(qualifier)
    if struct is None or any(star.args.values()):
        raise Unfollowed(f"the star of {'.'.join(part.name for part in qualifier)}")
    return struct_star(struct, scope.dialect)


def _alias(before: Column | None, now: Column) -> Column:
    if before is None or before.sources == now.sources:
        return now
    return Column(name=now.name, key=now.key, sources=None, why=f"alias {now.name}, which is ambiguous")


def _identifiers(projection: exp.Expr) -> list[exp.Expr | None]:
    """What names the columns of a projection; None where only the engine does."""
    match projection:
        case exp.Aliases():
            return list(projection.args["expressions"])
        case exp.Alias():
            return [projection.args["alias"]]
        case exp.Column():
            return [projection.this]
        case exp.Dot(expression=exp.Identifier() as field):
            return [field]
        case exp.Paren():
            return _identifiers(projection.this) if isinstance(projection.this, exp.Column) else [None]
        case _:
            return [None]


class _Clauses:
    """What steers the rows of one SELECT."""

    def __init__(self, select: exp.Select, scope: Scope, columns: Sequence[Column]) -> None:
        self._select = select
        self._scope = scope
        self._columns = columns

    def rows(self) -> Sources:
        """The sources of WHERE, GROUP BY, HAVING, QUALIFY, DISTINCT and ORDER BY. Raises Unfollowed."""
        args, scope = self._select.args, self._scope
        rows = condition(args.get("where"), scope.seeing(scope.dialect.where), Subtype.FILTER)
        for clause in ("having", "qualify"):
            rows |= condition(args.get(clause), scope.seeing(Aliases.EITHER), Subtype.FILTER)
        rows |= self._grouping(args.get("group"))
        rows |= self._distinct(args.get("distinct"))
        for clause in ("order", "sort", "cluster"):
            for key in keys_of(args.get(clause)):
                rows |= self._sorting(key)
        return rows

    def _grouping(self, group: exp.Expr | None) -> Sources:
        if group is None:
            return NOTHING
        if group.args.get("all"):
            plain = [part for part in self._select.expressions if not part.find(exp.AggFunc)]
            return conditions(plain, self._scope, Subtype.GROUP_BY)
        rows = NOTHING
        for key in _grouped(group):
            place = place_of(key)
            if place is not None:
                rows |= steering(column_at(self._columns, place).read(), Subtype.GROUP_BY)
            else:
                seen = self._scope.seeing(self._scope.dialect.group)
                rows |= condition(key, seen, Subtype.GROUP_BY)
        return rows

    def _distinct(self, distinct: exp.Expr | None) -> Sources:
        if distinct is None:
            return NOTHING
        on = distinct.args.get("on")
        if on is not None:
            return condition(on, self._scope.seeing(Aliases.EITHER), Subtype.GROUP_BY)
        return steering(self._all(), Subtype.GROUP_BY)

    def _sorting(self, key: exp.Expr) -> Sources:
        place = place_of(key)
        if place is not None:
            return steering(column_at(self._columns, place).read(), Subtype.SORT)
        if isinstance(key, exp.Var) and key.name.upper() == "ALL":
            return steering(self._all(), Subtype.SORT)
        aliases = Aliases.BEFORE_COLUMNS if isinstance(key, exp.Column) else Aliases.EITHER
        return condition(key, self._scope.seeing(aliases), Subtype.SORT)

    def _all(self) -> Sources:
        return NOTHING.union(*(column.read() for column in self._columns))


def _grouped(group: exp.Expr) -> Iterator[exp.Expr]:
    """The keys of a GROUP BY, also those inside its sets, cubes and rollups."""
    todo: list[exp.Expr] = list(group.iter_expressions())
    while todo:
        node = todo.pop()
        if isinstance(node, (exp.GroupingSets, exp.Cube, exp.Rollup, exp.Tuple, exp.Paren)):
            todo += node.iter_expressions()
        else:
            yield node
