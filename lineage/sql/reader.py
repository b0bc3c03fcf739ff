"""From a query to its relation: common table expressions, set operations, VALUES; SELECT is read in `select`. Pure.

What cannot be followed raises Unfollowed, or marks the one column that it concerns; it is never guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from lineage.sql.dialects import Dialect
from lineage.sql.expressions import conditions, keys_of, value
from lineage.sql.nodes import column_at, place_of, refuse_others
from lineage.sql.relations import Column, Relation
from lineage.sql.scope import Scope
from lineage.sql.select import read_select
from lineage.sql.sources import NOTHING, Sources, Subtype, Unfollowed, steering
from lineage.sql.tables import Tables

#: Sources that one statement may have on all of its way; a guard, far above what people write.
MOST_SOURCES = 200_000

_WRAPPER_ARGS = frozenset({"this", "alias", "with_", "order", "limit", "offset", "fetch", "sample", "pivots"})


class Reader:
    """Reads the queries of one statement. `ctes`: the common table expressions in sight, by key."""

    def __init__(self, dialect: Dialect, tables: Tables, ctes: "Mapping[str, Cte] | None" = None) -> None:
        self.dialect = dialect
        self.tables = tables
        self._ctes: Mapping[str, Cte] = ctes if ctes is not None else {}

    def relation(self, query: exp.Expr, outer: Scope | None = None) -> Relation:
        """The relation of a query; names that it lacks are looked for in `outer`. Raises Unfollowed."""
        match query:
            case exp.Select():
                return read_select(self.within(query), query, outer)
            case exp.SetOperation():
                return self.within(query).set_operation(query, outer)
            case exp.Subquery():
                return self.within(query).wrapped(query, outer)
            case exp.Values():
                return self.values(query, outer)
            case other:
                raise Unfollowed(f"{other.key} as a source of rows")

    def cte(self, table: exp.Table) -> Relation | None:
        """The common table expression that a table's name means, or None."""
        found = self._ctes.get(self.dialect.key(table.this)) if not table.db else None
        return found.relation() if found is not None else None

    def within(self, node: exp.Expr) -> "Reader":
        """This reader with the common table expressions of a node's own WITH."""
        with_ = node.args.get("with_")
        if with_ is None:
            return self
        reader = self
        for cte in with_.expressions:
            key = self.dialect.key(cte.args["alias"].this)
            recursive = bool(with_.args.get("recursive"))
            found = Cte(reader, cte, recursive=recursive)
            found.settle()  # in order, so that a long chain of them is no deep recursion
            reader = reader.knowing(key, found)
        return reader

    def knowing(self, key: str, cte: "Cte") -> "Reader":
        return Reader(self.dialect, self.tables, MappingProxyType({**self._ctes, key: cte}))

    def names(self, alias: exp.Expr | None) -> list[tuple[str, str]]:
        """(key, name) of the columns that an alias lists."""
        listed = alias.args.get("columns") or () if alias is not None else ()
        identifiers = [each.this if isinstance(each, exp.ColumnDef) else each for each in listed]
        return [(self.dialect.key(each), self.dialect.shown(each)) for each in identifiers]

    def values(self, values: exp.Values, outer: Scope | None) -> Relation:
        """The relation of VALUES, its columns without names unless its alias lists them."""
        around = Scope(self.dialect, self.relation, outer)
        rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
        if len({len(row) for row in rows}) != 1:
            raise Unfollowed("VALUES of different widths")
        columns = [
            NOTHING.union(*(value(each, around) for each in column)) for column in zip(*rows, strict=True)
        ]
        relation = Relation(columns=[Column(name=None, key=None, sources=found) for found in columns])
        return relation.renamed(self.names(values.args.get("alias")))

    def ordered(self, relation: Relation, node: exp.Expr) -> Relation:
        """The relation with what the ORDER BY beside it sorts by: its own columns, by name or place."""
        around = _Outputs(self.dialect, relation)
        rows = NOTHING
        for key in keys_of(node.args.get("order")):
            place = place_of(key)
            if place is None:
                rows |= conditions([key], around, Subtype.SORT)
            else:
                rows |= steering(column_at(relation.columns, place).read(), Subtype.SORT)
        return relation.steered(rows)

    def wrapped(self, query: exp.Subquery, outer: Scope | None) -> Relation:
        """The relation of a query in brackets."""
        refuse_others(query, _WRAPPER_ARGS)
        return self.ordered(self.relation(query.this, outer), query)

    def set_operation(self, query: exp.SetOperation, outer: Scope | None) -> Relation:
        """The relation of UNION, INTERSECT or EXCEPT; long chains of them without recursion."""
        spine: list[exp.SetOperation] = [query]
        while isinstance(spine[-1].this, exp.SetOperation) and not spine[-1].this.args.get("with_"):
            spine.append(spine[-1].this)
        relation = self.relation(spine[-1].this, outer)
        for operation in reversed(spine):
            relation = combined(operation, relation, self.relation(operation.expression, outer))
            self.spend(relation.columns)
            relation = self.ordered(relation, operation)
        return relation

    def spend(self, columns: Iterable[Column]) -> None:
        """Count the sources of columns just made. Raises Unfollowed when the statement has made too many."""
        self.tables.spend(sum(len(column.sources or ()) for column in columns), MOST_SOURCES)


class Cte:
    """A common table expression. What stands in its way is said only where it is named."""

    def __init__(self, reader: Reader, node: exp.CTE, *, recursive: bool) -> None:
        self._reader = reader
        self._node = node
        self._recursive = recursive
        self._known: Relation | Unfollowed | None = None

    @classmethod
    def standing(cls, reader: Reader, node: exp.CTE, relation: Relation) -> "Cte":
        """One whose relation is known."""
        cte = cls(reader, node, recursive=False)
        cte._known = relation
        return cte

    def settle(self) -> None:
        """Read it."""
        try:
            self._known = self._read()
        except Unfollowed as error:
            self._known = error

    def relation(self) -> Relation:
        """Raise Unfollowed where it could not be followed."""
        if isinstance(self._known, Relation):
            return self._known
        raise self._known or Unfollowed("a WITH that names what stands behind it")

    def _read(self) -> Relation:
        body = self._node.this
        if not isinstance(body, (exp.Query, exp.Values)):
            raise Unfollowed(f"a {body.key} inside WITH")
        names = self._reader.names(self._node.args["alias"])
        key = self._reader.dialect.key(self._node.args["alias"].this)
        if not self._names_itself(body, key):
            return self._reader.relation(body).renamed(names)
        if not isinstance(body, exp.Union):
            raise Unfollowed("a WITH that names itself without a UNION")
        return self._fixed_point(body, key, names)

    def _names_itself(self, body: exp.Expr, key: str) -> bool:
        reader = self._reader
        if not self._recursive and not reader.dialect.recursive_unsaid:
            return False
        named = (table for table in body.find_all(exp.Table) if isinstance(table.this, exp.Identifier))
        return any(not table.db and reader.dialect.key(table.this) == key for table in named)

    def _fixed_point(self, body: exp.Union, key: str, names: Sequence[tuple[str, str]]) -> Relation:
        """What each step adds until nothing is new. There are finitely many sources, and they only grow."""
        reader = self._reader.within(body)
        now = reader.relation(body.this).renamed(names)
        while True:
            step = reader.knowing(key, Cte.standing(reader, self._node, now)).relation(body.expression)
            then = reader.ordered(combined(body, now, step), body)
            if _same(then, now):
                return then
            now = then


class _Outputs:
    """What the ORDER BY behind a set operation stands in."""

    def __init__(self, dialect: Dialect, relation: Relation) -> None:
        self._dialect = dialect
        self._relation = relation

    def column(self, column: exp.Column) -> Sources:
        found = self._relation.by_key.get(self._dialect.key(column.this), ()) if not column.table else ()
        if len(found) != 1:
            raise Unfollowed(f"column {column.name} behind a set operation")
        return found[0].read()

    def subquery(self, query: exp.Query) -> tuple[Sources, Sources]:
        raise Unfollowed(f"a {query.key} behind a set operation")


def combined(operation: exp.SetOperation, left: Relation, right: Relation) -> Relation:
    """Two relations under UNION, INTERSECT or EXCEPT."""
    for unusual in ("side", "kind", "on", "match_condition"):
        if operation.args.get(unusual):
            raise Unfollowed(f"a set operation with {unusual}")
    pairs = _by_name(left, right) if operation.args.get("by_name") else _by_place(left, right)
    rows = left.rows | right.rows
    if isinstance(operation, exp.Except):
        columns = list(left.columns)
        rows |= steering(right.values, Subtype.FILTER)
    else:
        columns = [_either(mine, theirs) for mine, theirs in pairs]
    if operation.args.get("distinct") or not isinstance(operation, exp.Union):
        rows |= steering(Relation(columns=columns).values, Subtype.GROUP_BY)
    return Relation(columns=columns, rows=rows)


def _by_place(left: Relation, right: Relation) -> list[tuple[Column, Column | None]]:
    if len(left.columns) != len(right.columns):
        raise Unfollowed("a set operation over different numbers of columns")
    return list(zip(left.columns, right.columns, strict=True))


def _by_name(left: Relation, right: Relation) -> list[tuple[Column, Column | None]]:
    for relation in (left, right):
        if any(len(found) > 1 for found in relation.by_key.values()) or any(
            column.key is None for column in relation.columns
        ):
            raise Unfollowed("a set operation by names that are not there or not single")
    pairs = [(column, right.by_key.get(column.key or "", (None,))[0]) for column in left.columns]
    added = [column for column in right.columns if (column.key or "") not in left.by_key]
    return pairs + [(column, None) for column in added]


def _either(mine: Column, theirs: Column | None) -> Column:
    if theirs is None:
        return mine
    unknown = next((each for each in (mine, theirs) if each.sources is None), None)
    if unknown is not None:
        return Column(name=mine.name, key=mine.key, sources=None, why=unknown.why)
    return Column(name=mine.name, key=mine.key, sources=mine.read() | theirs.read())


def _same(one: Relation, two: Relation) -> bool:
    return one.rows == two.rows and [c.sources for c in one.columns] == [c.sources for c in two.columns]
