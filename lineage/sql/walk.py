"""Walk the scopes of a qualified query down to real tables. Pure.

Each scope becomes a relation: for every output column its sources, and the sources that chose its rows.
What cannot be followed raises Unfollowed; it is never guessed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from lineage.errors import BadInput
from lineage.names import ColumnId
from lineage.sql.expressions import condition, conditions, value
from lineage.sql.sources import NOTHING, ColumnSource, Sources, Subtype, steering

#: The columns of a table in the query, by lower-case name.
Columns = Mapping[str, ColumnId]


class Unfollowed(BadInput):
    """This part of the query cannot be followed; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`outputs` in the order of the SELECT; `rows` is what filtered, joined, grouped or sorted them."""

    outputs: Mapping[str, Sources]
    rows: Sources


class Walk:
    """One query, each of its scopes resolved once."""

    def __init__(self, columns_of: Callable[[exp.Table], Columns]) -> None:
        self._columns_of = columns_of
        self._known: dict[int, Relation] = {}

    def relation(self, scope: Scope) -> Relation:
        """Raise Unfollowed where the query cannot be followed."""
        known = self._known.get(id(scope))
        if known is None:
            known = self._known[id(scope)] = self._resolve(scope)
        return known

    def _resolve(self, scope: Scope) -> Relation:
        match scope.expression:
            case exp.Select() as select:
                return _Select(self, scope, select).relation()
            case exp.SetOperation() as operation:
                return self._set_operation(scope, operation)
            case exp.Subquery() | exp.Table() if len(scope.table_scopes) == 1:
                return self.relation(scope.table_scopes[0])
            case other:
                raise Unfollowed(f"{other.key} as a source of rows")

    def _set_operation(self, scope: Scope, operation: exp.SetOperation) -> Relation:
        if operation.args.get("by_name"):
            raise Unfollowed("a set operation by name")
        left, right = (self.relation(branch) for branch in scope.set_operation_scopes)
        if len(left.outputs) != len(right.outputs):
            raise Unfollowed("a set operation over different numbers of columns")
        rows = left.rows | right.rows
        if isinstance(operation, exp.Except):
            outputs = dict(left.outputs)
            rows |= steering(NOTHING.union(*right.outputs.values()), Subtype.FILTER)
        else:
            pairs = zip(left.outputs.items(), right.outputs.values(), strict=True)
            outputs = {name: mine | theirs for (name, mine), theirs in pairs}
        if operation.args.get("distinct") or not isinstance(operation, exp.Union):
            rows |= steering(NOTHING.union(*outputs.values()), Subtype.GROUP_BY)
        order = operation.args.get("order")
        around = _Outputs(self, scope, outputs)
        rows |= conditions(order.expressions if order else (), around, Subtype.SORT)
        return Relation(outputs=outputs, rows=rows)

    def source_column(self, source: "exp.Table | Scope", column: str, owner: Scope) -> Sources:
        """Sources of one column of something that stands in FROM."""
        if isinstance(source, exp.Table) and not isinstance(source.this, exp.Identifier):
            return value(source.this, _Outputs(self, owner, {}), Subtype.TRANSFORMATION)
        if isinstance(source, exp.Table):
            found = self._columns_of(source).get(column.lower())
            if found is None:
                raise Unfollowed(f"column {column} of {source.name}")
            return frozenset({ColumnSource(column=found, subtype=Subtype.IDENTITY)})
        if isinstance(source.expression, exp.UDTF):
            return self._generated(source, owner)
        outputs = self.relation(source).outputs
        if column not in outputs:
            raise Unfollowed(f"column {column} of a subquery")
        return outputs[column]

    def _generated(self, source: Scope, owner: Scope) -> Sources:
        """Any column that a table function makes comes from all of its arguments."""
        if isinstance(source.expression, exp.Values):
            return NOTHING
        around = _Outputs(self, owner, {})
        argument = source.expression.this
        made = [argument] if argument is not None else list(source.expression.expressions)
        return NOTHING.union(*(value(part, around, Subtype.TRANSFORMATION) for part in made))


class _Outputs:
    """What the ORDER BY of a set operation, or the arguments of a table function, stand in."""

    def __init__(self, walk: Walk, scope: Scope, outputs: Mapping[str, Sources]) -> None:
        self._walk = walk
        self._scope = scope
        self.outputs = outputs

    def column(self, column: exp.Column) -> Sources:
        if not column.table:
            if column.name in self.outputs:
                return self.outputs[column.name]
            raise Unfollowed(f"column {column.name}, which no source is known to have")
        scope: Scope | None = self._scope
        while scope is not None:
            if column.table in scope.sources:
                return self._walk.source_column(scope.sources[column.table], column.name, scope)
            scope = scope.parent
        raise Unfollowed(f"column {column.table}.{column.name}")

    def subquery(self, query: exp.Query) -> tuple[Sources, Sources]:
        while isinstance(query, exp.Subquery):
            query = query.this
        for scope in self._scope.subquery_scopes:
            inner = scope.expression
            while isinstance(inner, exp.Subquery):
                inner = inner.this
            if inner is query:
                relation = self._walk.relation(scope)
                return NOTHING.union(*relation.outputs.values()), relation.rows
        raise Unfollowed("a subquery at an unexpected place")


class _Select(_Outputs):
    def __init__(self, walk: Walk, scope: Scope, select: exp.Select) -> None:
        super().__init__(walk, scope, {})
        self._select = select

    def relation(self) -> Relation:
        outputs: dict[str, Sources] = {}
        for projection in self._select.expressions:
            if projection.is_star or isinstance(projection, (exp.Star, exp.Inline)):
                raise Unfollowed("a star over columns that are not known")
            found = value(projection, self)
            for name in _names(projection):
                outputs[name] = outputs.get(name, NOTHING) | found
        self.outputs = outputs
        return Relation(outputs=outputs, rows=self._own_rows() | self._rows_of_sources())

    def _rows_of_sources(self) -> Sources:
        rows = NOTHING
        for _, source in self._scope.selected_sources.values():
            if isinstance(source, exp.Table):
                _refuse_pivot(source)
            elif not isinstance(source.expression, exp.UDTF):
                rows |= self._walk.relation(source).rows
        return rows

    def _own_rows(self) -> Sources:
        args = self._select.args
        rows = NOTHING
        for join in args.get("joins") or ():
            if join.args.get("using") or join.method == "NATURAL":
                raise Unfollowed("a join whose columns are not written out")
            rows |= condition(join.args.get("on"), self, Subtype.JOIN)
        for clause in ("where", "having", "qualify"):
            rows |= condition(args.get(clause), self, Subtype.FILTER)
        rows |= self._grouping(args.get("group"))
        for clause in ("order", "sort", "cluster", "distribute"):
            keys = args[clause].expressions if args.get(clause) else ()
            rows |= conditions((_key(key) for key in keys), self, Subtype.SORT)
            if any(isinstance(_key(key), exp.Var) for key in keys):  # order by all
                rows |= steering(NOTHING.union(*self.outputs.values()), Subtype.SORT)
        if args.get("distinct"):
            rows |= steering(NOTHING.union(*self.outputs.values()), Subtype.GROUP_BY)
        return rows

    def _grouping(self, group: exp.Expression | None) -> Sources:
        if group is not None and group.args.get("all"):
            plain = [part for part in self._select.expressions if not part.find(exp.AggFunc)]
            return conditions(plain, self, Subtype.GROUP_BY)
        return condition(group, self, Subtype.GROUP_BY)


def _key(key: exp.Expression) -> exp.Expression:
    return key.this if isinstance(key, exp.Ordered) else key


def _names(projection: exp.Expression) -> list[str]:
    if isinstance(projection, exp.Aliases):
        return [name.name for name in projection.args["expressions"]]
    if not projection.alias_or_name:
        raise Unfollowed("a column without a name")
    return [projection.alias_or_name]


def _refuse_pivot(table: exp.Expression) -> None:
    if table.args.get("pivots"):
        raise Unfollowed("a pivot")
