"""From a statement to the columns that it writes: SELECT, CREATE … AS, INSERT; the others in `changes`. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from lineage.names import DatasetId
from lineage.sql.changes import conflict_changes, read_change
from lineage.sql.nodes import refuse_others
from lineage.sql.reader import Reader
from lineage.sql.relations import Column, Relation
from lineage.sql.sources import NOTHING, Unfollowed
from lineage.sql.tables import spelt

_CREATE_ARGS = frozenset(
    "this kind replace refresh unique expression exists properties indexes no_schema_binding concurrently with_ "
    "clone".split()
)
_INSERT_ARGS = frozenset(
    "this expression overwrite by_name conflict with_ exists hint returning alias".split()
)
_CREATED = frozenset({"TABLE", "VIEW"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a statement writes. `table` as the statement names it; None for a SELECT alone."""

    table: exp.Table | None
    relation: Relation


def read_statement(reader: Reader, node: exp.Expr, target: DatasetId | None) -> Written:
    """The columns of a statement's target. `target` chooses where it fills several. Raises Unfollowed."""
    match node:
        case exp.Select() if node.args.get("into") is not None:
            return Written(table=node.args["into"].this, relation=reader.relation(node))
        case exp.Query() | exp.Values():
            return Written(table=None, relation=reader.relation(node))
        case exp.Create():
            return _create(reader, node)
        case exp.Insert():
            return _insert(reader.within(node), node)
        case exp.MultitableInserts():
            return _one_of_many(reader, node, target)
        case exp.Merge() | exp.Update() | exp.Delete():
            changed = read_change(reader.within(node), node)
            return Written(table=changed.table, relation=changed.relation)
        case other:
            raise Unfollowed(f"a statement of the kind {other.key}")


def _create(reader: Reader, node: exp.Create) -> Written:
    refuse_others(node, _CREATE_ARGS)
    if str(node.args.get("kind")).upper() not in _CREATED:
        raise Unfollowed(f"create {str(node.args.get('kind')).lower()}")
    table, names = _table_and_names(node.this)
    clone = node.args.get("clone")
    if clone is not None and isinstance(clone.this, exp.Table):
        return Written(table=table, relation=reader.tables.relation(clone.this))
    if not isinstance(node.expression, (exp.Query, exp.Values)):
        raise Unfollowed("create without a query")
    relation = reader.within(node).relation(node.expression)
    if names and len(names) != len(relation.columns):
        raise Unfollowed("a list of columns of another length than the query's")
    keys = [(reader.dialect.key(name), reader.dialect.shown(name)) for name in names]
    return Written(table=table, relation=relation.renamed(keys))


def _one_of_many(reader: Reader, node: exp.MultitableInserts, target: DatasetId | None) -> Written:
    """Hive's `from t insert … insert …`: the INSERT that fills the asked target."""
    refuse_others(node, frozenset({"expressions", "source"}))
    for insert in node.expressions:
        table, _ = _table_and_names(insert.this)
        if len(node.expressions) == 1 or (target is not None and reader.tables.dataset(table) == target):
            query = insert.expression
            if not isinstance(query, exp.Select) or query.args.get("from_") is not None:
                raise Unfollowed("an insert among several with a FROM of its own")
            query.set("from_", exp.From(this=node.args["source"]))
            return _insert(reader, insert)
    raise Unfollowed("several inserts, none of them into the output")


def _insert(reader: Reader, node: exp.Insert) -> Written:
    refuse_others(node, _INSERT_ARGS)
    table, names = _table_and_names(node.this)
    if not isinstance(node.expression, (exp.Query, exp.Values)):
        raise Unfollowed("an insert without a query")
    relation = reader.relation(node.expression)
    if not node.args.get("by_name"):
        relation = _placed(reader, table, names, relation)
    conflict = node.args.get("conflict")
    if conflict is not None:
        relation = conflict_changes(reader, table, conflict, relation)
    return Written(table=table, relation=relation)


def _placed(reader: Reader, table: exp.Table, names: Sequence[exp.Expr], relation: Relation) -> Relation:
    """The columns of an INSERT under the names that they get by their places."""
    constant, dynamic = _partition(reader, table)
    if names:
        keys = [(reader.dialect.key(name), reader.dialect.shown(name)) for name in names]
    else:
        columns = reader.tables.relation(table).columns
        keys = [(column.key or "", column.name or "") for column in columns]
        keys = [each for each in keys if each[0] not in constant]
        if dynamic and [key for key, _ in keys[-len(dynamic) :]] != dynamic:
            raise Unfollowed("a partition whose columns are not the table's last")
    if len(keys) != len(relation.columns):
        raise Unfollowed(f"{len(relation.columns)} columns for {len(keys)} columns of table {spelt(table)}")
    fixed = [Column(name=name, key=key, sources=NOTHING) for key, name in constant.items()]
    placed = relation.renamed(keys)
    return replace(placed, columns=(*placed.columns, *fixed), open="")


def _partition(reader: Reader, table: exp.Table) -> tuple[dict[str, str], list[str]]:
    """The columns that PARTITION sets to a constant, key to name, and the keys of those it leaves to the query."""
    partition = table.args.get("partition")
    constant: dict[str, str] = {}
    dynamic: list[str] = []
    for each in partition.expressions if partition is not None else ():
        column = each.this if isinstance(each, exp.EQ) else each
        if not isinstance(column, exp.Column):
            raise Unfollowed("a partition that is no column")
        if isinstance(each, exp.EQ):
            constant[reader.dialect.key(column.this)] = reader.dialect.shown(column.this)
        else:
            dynamic.append(reader.dialect.key(column.this))
    return constant, dynamic


def _table_and_names(node: exp.Expr) -> tuple[exp.Table, list[exp.Expr]]:
    """A target and the columns listed after it."""
    listed: list[exp.Expr] = []
    if isinstance(node, exp.Schema):
        for each in node.expressions:
            named = each.this if isinstance(each, (exp.ColumnDef, exp.Column)) else each
            if not isinstance(named, exp.Identifier):
                continue  # a constraint, an index
            listed.append(named)
        node = node.this
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise Unfollowed(f"{node.key} as a target")
    return node, listed
