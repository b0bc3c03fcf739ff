"""What stands in FROM: tables, subqueries, joins, lateral views, table functions. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineage.sql.expressions import condition
from lineage.sql.generators import function_relation, generated, unnested
from lineage.sql.nodes import refuse_others
from lineage.sql.pivots import pivoted
from lineage.sql.relations import Column, Relation, Source
from lineage.sql.scope import Scope
from lineage.sql.sources import NOTHING, Sources, Subtype, Unfollowed, steering, through

if TYPE_CHECKING:
    from lineage.sql.reader import Reader

_TABLE_ARGS = frozenset(
    "this db catalog alias joins pivots sample version when hints only laterals partition".split()
)
_SUBQUERY_ARGS = frozenset("this alias joins pivots sample with_ order limit offset fetch laterals".split())
_JOIN_ARGS = frozenset("this on side kind using method hint global_ pivots".split())
_LATERAL_ARGS = frozenset("this view outer alias cross_apply ordinality".split())
_ONE_SIDED = frozenset({"SEMI", "ANTI"})


def read_from(reader: "Reader", node: exp.Expr, scope: Scope) -> None:
    """Fill the scope with what the FROM, the joins and the lateral views of a node bring. Raises Unfollowed."""
    from_ = node.args.get("from_")
    if from_ is not None:
        add_item(reader, from_.this, scope)
    for join in node.args.get("joins") or ():
        _join(reader, join, scope)
    for lateral in node.args.get("laterals") or ():
        add_item(reader, lateral, scope)


def add_item(reader: "Reader", item: exp.Expr, scope: Scope) -> None:
    """Add one item of FROM, with what is joined to it inside its own brackets."""
    bracketed = isinstance(item, exp.Subquery) and isinstance(item.this, (exp.Table, exp.Subquery))
    if bracketed and not item.alias and not item.args.get("pivots"):
        refuse_others(item, _SUBQUERY_ARGS)
        add_item(reader, item.this, scope)
    else:
        scope.source.add(read_item(reader, item, scope))
    _inside(reader, item, scope)


def read_item(reader: "Reader", item: exp.Expr, scope: Scope) -> Source:
    """One item as a source: a table, a subquery, VALUES, a table function."""
    match item:
        case exp.Table(this=exp.Identifier()):
            refuse_others(item, _TABLE_ARGS)
            relation = reader.cte(item)
            relation = reader.tables.relation(item) if relation is None else relation
        case exp.Table():
            relation = function_relation(reader, item, scope)
        case exp.Subquery():
            refuse_others(item, _SUBQUERY_ARGS)
            relation = reader.ordered(reader.within(item).relation(item.this, _outside(scope)), item)
        case exp.Values():
            relation = reader.values(item, _outside(scope))
        case exp.Unnest():
            return unnested(reader, item, scope)
        case exp.Lateral():
            refuse_others(item, _LATERAL_ARGS)
            relation = _lateral(reader, item, scope)
        case other:
            raise Unfollowed(f"{other.key} as a source of rows")
    return _called(reader, item, relation)


def _called(reader: "Reader", item: exp.Expr, relation: Relation) -> Source:
    alias = item.args.get("alias")
    if not isinstance(item, (exp.Values, exp.Lateral)) and not isinstance(item.this, exp.Func):
        relation = relation.renamed(reader.names(alias))
    parts: tuple[str, ...] = ()
    if alias is not None and alias.this is not None:
        parts = (reader.dialect.key(alias.this),)
    elif isinstance(item, exp.Table) and isinstance(item.this, exp.Identifier):
        parts = tuple(reader.dialect.key(part) for part in reversed(item.parts))
    for pivot in item.args.get("pivots") or ():
        relation = pivoted(reader, pivot, relation)
        pivot_alias = pivot.args.get("alias")
        if pivot_alias is not None and pivot_alias.this is not None:
            parts = (reader.dialect.key(pivot_alias.this),)
    return Source(parts=parts, relation=relation)


def _lateral(reader: "Reader", item: exp.Lateral, scope: Scope) -> Relation:
    if isinstance(item.this, exp.Subquery):
        relation = reader.relation(item.this, scope)
        return relation.renamed(reader.names(item.args.get("alias")))
    return generated(reader, item, scope)


def _outside(scope: Scope) -> Scope | None:
    """A plain subquery in FROM does not see its neighbours."""
    return scope.parent


def _inside(reader: "Reader", item: exp.Expr, scope: Scope) -> None:
    if isinstance(item, (exp.Table, exp.Subquery)):
        for lateral in item.args.get("laterals") or ():
            add_item(reader, lateral, scope)
        for join in item.args.get("joins") or ():
            _join(reader, join, scope)


def _join(reader: "Reader", join: exp.Join, scope: Scope) -> None:
    refuse_others(join, _JOIN_ARGS)
    if join.method and join.method != "NATURAL":
        raise Unfollowed(f"a join {join.method.lower()}")
    source = scope.source
    before, shown = len(source.sources), list(source.star)
    add_item(reader, join.this, scope)
    left, right = source.sources[:before], source.sources[before:]
    names = _shared(reader, join, shown, source.star[len(shown) :])
    if names:
        _merge(scope, names, join, shown, right)
    source.rows |= condition(join.args.get("on"), scope, Subtype.JOIN)
    if join.kind in _ONE_SIDED:
        source.sources = left
        source.star = shown


def _shared(reader: "Reader", join: exp.Join, left: Sequence[Column], right: Sequence[Column]) -> list[str]:
    """The keys of the columns that a join takes as one."""
    using = join.args.get("using")
    if using:
        return [reader.dialect.key(each.this if isinstance(each, exp.Column) else each) for each in using]
    if join.method != "NATURAL":
        return []
    if any(column.key is None for column in (*left, *right)):
        raise Unfollowed("a natural join over columns without a name")
    theirs = {column.key for column in right}
    return [column.key for column in left if column.key is not None and column.key in theirs]


def _merge(
    scope: Scope, names: Sequence[str], join: exp.Join, shown: Sequence[Column], right: Sequence[Source]
) -> None:
    """One column for each name, first in the star; and what the two sides are joined on."""
    source = scope.source
    made: list[Column] = []
    added = [column for each in right for column in each.relation.columns]
    ours, others = Relation(columns=shown), Relation(columns=added)
    on: list[Sources] = []
    for name in names:
        mine = source.merged.get(name) or _single(name, ours)
        theirs = _single(name, others)
        on += [mine.read(), theirs.read()]
        merged = Column(name=mine.name, key=name, sources=_either(mine, theirs, join.side))
        if join.kind not in _ONE_SIDED:
            source.merged[name] = merged
            made.append(merged)
    source.rows |= steering(NOTHING.union(*on), Subtype.JOIN)
    taken = set(names)
    rest = [column for column in (*shown, *added) if column.key not in taken]
    source.star = [*made, *rest] if join.kind not in _ONE_SIDED else list(shown)


def _single(name: str, relation: Relation) -> Column:
    found = relation.by_key.get(name, ())
    if len(found) != 1:
        raise Unfollowed(f"column {name} of a join, which is {'ambiguous' if found else 'not on both sides'}")
    return found[0]


def _either(left: Column, right: Column, side: str) -> Sources:
    """`coalesce(left, right)` for a full join; else the value of the side all of whose rows are there."""
    if side == "FULL":
        both = through(left.read() | right.read(), Subtype.TRANSFORMATION)
        return both | steering(left.read(), Subtype.CONDITIONAL)
    return right.read() if side == "RIGHT" else left.read()
