"""What MERGE, UPDATE, DELETE and ON CONFLICT write: the columns that they touch, and what steers them. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from lineage.sql.expressions import condition, value
from lineage.sql.items import add_item, read_from, read_item
from lineage.sql.nodes import refuse_others
from lineage.sql.reader import Reader
from lineage.sql.relations import Column, Relation, Source
from lineage.sql.scope import Scope
from lineage.sql.sources import NOTHING, Subtype, Unfollowed

_MERGE_ARGS = frozenset({"this", "using", "on", "whens", "with_", "returning", "hint"})
_WHEN_ARGS = frozenset({"matched", "source", "condition", "then"})
_UPDATE_ARGS = frozenset({"this", "expressions", "from_", "where", "with_", "returning", "hint"})
_DELETE_ARGS = frozenset({"this", "using", "where", "with_", "returning", "hint"})
_CONFLICT_ARGS = frozenset({"action", "expressions", "conflict_keys", "where", "duplicate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """`relation` holds the touched columns only; all of them where rows come or go."""

    table: exp.Table
    relation: Relation


def read_change(reader: Reader, node: exp.Expr) -> Changed:
    """What a MERGE, UPDATE or DELETE writes. Raises Unfollowed."""
    if isinstance(node, exp.Merge):
        return _Merge(reader, node).changed()
    if isinstance(node, exp.Update):
        return _update(reader, node)
    if isinstance(node, exp.Delete):
        return _delete(reader, node)
    raise Unfollowed(f"a statement of the kind {node.key}")


def conflict_changes(reader: Reader, table: exp.Table, conflict: exp.Expr, inserted: Relation) -> Relation:
    """An INSERT's relation with what its ON CONFLICT does to rows that are there already."""
    refuse_others(conflict, _CONFLICT_ARGS)
    target = read_item(reader, table, Scope(reader.dialect, reader.relation))
    scope = _scope(reader, target, Source(parts=(reader.dialect.folded("excluded"),), relation=inserted))
    rows = NOTHING
    keys = [
        key.this if isinstance(key, exp.Ordered) else key for key in conflict.args.get("conflict_keys") or ()
    ]
    if not keys:
        raise Unfollowed("a conflict over a key that is not named")
    for key in keys:
        for source in scope.source.sources:
            alone = _scope(reader, source)
            rows |= condition(key, alone, Subtype.JOIN)
    rows |= condition(conflict.args.get("where"), scope, Subtype.FILTER)
    touched = _Touched({column.key or "": column for column in inserted.columns})
    touched.add(_assigned(conflict.expressions, scope))
    return Relation(columns=touched.columns(), rows=inserted.rows | rows)


class _Touched:
    """Columns that branches write, each with the sources of all of them."""

    def __init__(self, columns: Mapping[str, Column] | None = None) -> None:
        self._columns = dict(columns or {})

    def add(self, columns: Iterable[Column]) -> None:
        for column in columns:
            before = self._columns.get(column.key or "")
            self._columns[column.key or ""] = column if before is None else _both(before, column)

    def columns(self) -> list[Column]:
        return list(self._columns.values())


class _Merge:
    def __init__(self, reader: Reader, node: exp.Merge) -> None:
        refuse_others(node, _MERGE_ARGS)
        self._node = node
        outside = Scope(reader.dialect, reader.relation)
        self._target = read_item(reader, node.this, outside)
        self._source = read_item(reader, node.args["using"], outside)
        self._both = _scope(reader, self._target, self._source)
        self._target_alone = _scope(reader, self._target)
        self._source_alone = _scope(reader, self._source)
        self._touched = _Touched()
        self._whole = False

    def changed(self) -> Changed:
        rows = self._source.relation.rows | condition(self._node.args.get("on"), self._both, Subtype.JOIN)
        for when in self._node.args["whens"].expressions:
            refuse_others(when, _WHEN_ARGS)
            scope = self._scope_of(when)
            rows |= condition(when.args.get("condition"), scope, Subtype.FILTER)
            self._branch(when.args.get("then"), scope)
        if self._whole:
            self._touched.add(_untouched(self._target.relation))
        table = self._node.this
        return Changed(table=table, relation=Relation(columns=self._touched.columns(), rows=rows))

    def _scope_of(self, when: exp.Expr) -> Scope:
        if when.args.get("matched"):
            return self._both
        return self._target_alone if when.args.get("source") else self._source_alone

    def _branch(self, then: exp.Expr | None, scope: Scope) -> None:
        match then:
            case exp.Update(expressions=[exp.Star()]):
                self._touched.add(self._by_name())
            case exp.Update():
                refuse_others(then, frozenset({"expressions"}))
                self._touched.add(_assigned(then.expressions, scope))
            case exp.Insert(this=exp.Star()):
                self._whole = True
                self._touched.add(self._by_name())
            case exp.Insert():
                refuse_others(then, frozenset({"this", "expression"}))
                self._whole = True
                self._touched.add(self._inserted(then, scope))
            case exp.Var() if then.name.upper() == "DELETE":
                self._whole = True
            case exp.Var() if then.name.upper() == "DO NOTHING":
                pass
            case _:
                raise Unfollowed("a branch of a merge")

    def _by_name(self) -> Iterator[Column]:
        for column in self._target.relation.columns:
            found = self._source.relation.by_key.get(column.key or "", ())
            if len(found) != 1:
                raise Unfollowed(f"a star in a merge whose source has no single column {column.name}")
            yield Column(name=column.name, key=column.key, sources=found[0].sources, why=found[0].why)

    def _inserted(self, insert: exp.Insert, scope: Scope) -> Iterator[Column]:
        values = insert.expression
        if not isinstance(values, exp.Tuple):
            raise Unfollowed("an insert in a merge without VALUES")
        if isinstance(insert.this, exp.Tuple):
            targets = [_target_column(each, self._both) for each in insert.this.expressions]
        elif insert.this is None:
            targets = [(column.key or "", column.name or "") for column in self._target.relation.columns]
        else:
            raise Unfollowed("an insert in a merge of a whole row")
        if len(targets) != len(values.expressions):
            raise Unfollowed("an insert in a merge of another number of values than columns")
        for (key, name), each in zip(targets, values.expressions, strict=True):
            yield _column(key, name, each, scope)


def _update(reader: Reader, node: exp.Update) -> Changed:
    refuse_others(node, _UPDATE_ARGS)
    scope = Scope(reader.dialect, reader.relation)
    read_from(reader, node, scope)
    table = _aliased_in(reader, node)
    if table is None:
        table = node.this
        add_item(reader, table, scope)
    rows = scope.source.rows | condition(node.args.get("where"), scope, Subtype.FILTER)
    touched = _Touched()
    touched.add(_assigned(node.expressions, scope))
    return Changed(table=table, relation=Relation(columns=touched.columns(), rows=rows))


def _aliased_in(reader: Reader, node: exp.Update) -> exp.Table | None:
    """T-SQL's `update r … from t as r`: the table of FROM that the target names."""
    from_ = node.args.get("from_")
    if from_ is None or reader.dialect.name != "tsql":
        return None
    key = reader.dialect.key(node.this.this)
    tables: Iterator[exp.Table] = from_.find_all(exp.Table)
    for table in tables:
        alias = table.args.get("alias")
        named = alias.this if alias is not None else table.this
        if isinstance(named, exp.Identifier) and reader.dialect.key(named) == key and not node.this.db:
            return table
    return None


def _delete(reader: Reader, node: exp.Delete) -> Changed:
    refuse_others(node, _DELETE_ARGS)
    if not isinstance(node.this, exp.Table):
        raise Unfollowed("a delete without its table")
    scope = Scope(reader.dialect, reader.relation)
    target = read_item(reader, node.this, scope)
    scope.source.add(target)
    for item in node.args.get("using") or ():
        add_item(reader, item, scope)
    rows = scope.source.rows | condition(node.args.get("where"), scope, Subtype.FILTER)
    return Changed(table=node.this, relation=Relation(columns=list(_untouched(target.relation)), rows=rows))


def _assigned(assignments: Iterable[exp.Expr], scope: Scope) -> Iterator[Column]:
    """The columns of `set a = x, (b, c) = (y, z)`."""
    for assignment in assignments:
        if not isinstance(assignment, exp.EQ):
            raise Unfollowed(f"{assignment.key} as an assignment")
        left, right = assignment.this, assignment.expression
        if not isinstance(left, exp.Tuple):
            yield _column(*_target_column(left, scope), right, scope)
            continue
        targets = [_target_column(each, scope) for each in left.expressions]
        if isinstance(right, exp.Subquery):
            yield from scope.subquery_columns(right, targets)
        elif isinstance(right, exp.Tuple) and len(right.expressions) == len(targets):
            for (key, name), each in zip(targets, right.expressions, strict=True):
                yield _column(key, name, each, scope)
        else:
            raise Unfollowed("an assignment of several columns at once")


def _target_column(node: exp.Expr, scope: Scope) -> tuple[str, str]:
    identifier = node.this if isinstance(node, exp.Column) else node
    if not isinstance(identifier, exp.Identifier):
        raise Unfollowed(f"an assignment to {node.key}")
    if isinstance(node, exp.Column) and node.table and scope.star_of(node.parts[:-1]) is None:
        raise Unfollowed("an assignment to a field of a column")
    return scope.dialect.key(identifier), scope.dialect.shown(identifier)


def _column(key: str, name: str, expression: exp.Expr, scope: Scope) -> Column:
    try:
        return Column(name=name, key=key, sources=value(expression, scope))
    except Unfollowed as error:
        return Column(name=name, key=key, sources=None, why=str(error))


def _both(one: Column, two: Column) -> Column:
    unknown = next((each for each in (one, two) if each.sources is None), None)
    if unknown is not None:
        return Column(name=one.name, key=one.key, sources=None, why=unknown.why)
    return Column(name=one.name, key=one.key, sources=one.read() | two.read())


def _untouched(relation: Relation) -> Iterator[Column]:
    for column in relation.columns:
        yield Column(name=column.name, key=column.key, sources=NOTHING)


def _scope(reader: Reader, *sources: Source) -> Scope:
    scope = Scope(reader.dialect, reader.relation)
    for source in sources:
        scope.source.add(source)
    return scope
