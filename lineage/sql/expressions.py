"""The sources of one expression. Pure; columns and subqueries are resolved by the scope it stands in."""

from collections.abc import Iterable
from typing import Protocol

from sqlglot import exp

from lineage.sql.sources import NOTHING, Sources, Subtype, steering, through

#: Functions over a window that hand on one row's value; sqlglot files them under aggregates.
_PICKS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.First, exp.Last)
_PLAIN = (exp.Alias, exp.Paren, exp.Aliases)


class Surroundings(Protocol):
    """What an expression stands in."""

    def column(self, column: exp.Column) -> Sources: ...

    def subquery(self, query: exp.Query) -> tuple[Sources, Sources]:
        """Sources of the values of a subquery, and of its choice of rows."""
        ...


def value(node: exp.Expression | None, around: Surroundings, how: Subtype = Subtype.IDENTITY) -> Sources:
    """Sources of the expression's value, each with the way it takes part when the whole is used as `how`."""
    match node:
        case None:
            found = NOTHING
        case exp.Column():
            found = through(around.column(node), how)
        case exp.Query():
            values, rows = around.subquery(node)
            found = through(values, how) | rows
        case exp.Exists(this=exp.Query() as query):
            found = around.subquery(query)[1]
        case exp.Case() | exp.If() | exp.Nullif():
            found = _choice(node, around, how)
        case exp.Window():
            found = _window(node, around, how)
        case exp.Filter():
            found = value(node.this, around, how) | condition(node.expression, around, Subtype.FILTER)
        case exp.Order():
            found = _order(node, around, how)
        case exp.AggFunc() | exp.WithinGroup():
            found = _children(node, around, Subtype.AGGREGATION)
        case _:
            plain = isinstance(node, _PLAIN)
            found = _children(node, around, how if plain else max_of(how, Subtype.TRANSFORMATION))
    return found


def condition(node: exp.Expression | None, around: Surroundings, how: Subtype) -> Sources:
    """Sources of a condition, order or grouping: every column in it, subqueries included, steers as `how`."""
    return steering(value(node, around), how)


def conditions(nodes: Iterable[exp.Expression], around: Surroundings, how: Subtype) -> Sources:
    """`condition` of each, together."""
    return NOTHING.union(*(condition(node, around, how) for node in nodes))


def max_of(how: Subtype, least: Subtype) -> Subtype:
    """`how`, but at least `least`."""
    return least if how is Subtype.IDENTITY else how


def _children(node: exp.Expression, around: Surroundings, how: Subtype) -> Sources:
    return NOTHING.union(*(value(child, around, how) for child in node.iter_expressions()))


def _choice(node: exp.Expression, around: Surroundings, how: Subtype) -> Sources:
    """What decides is a condition; what may come out is a value."""
    how = max_of(how, Subtype.TRANSFORMATION)
    if isinstance(node, exp.Nullif):
        return value(node.this, around, how) | condition(node.expression, around, Subtype.CONDITIONAL)
    if isinstance(node, exp.If):
        outcomes = [node.args.get("true"), node.args.get("false")]
    else:
        outcomes = [*node.args["ifs"], node.args.get("default")]
    decides = condition(node.this, around, Subtype.CONDITIONAL)
    return decides.union(*(value(outcome, around, how) for outcome in outcomes))


def _window(node: exp.Window, around: Surroundings, how: Subtype) -> Sources:
    function = node.this
    while isinstance(function, (exp.IgnoreNulls, exp.RespectNulls)):
        function = function.this
    if isinstance(function, _PICKS):
        values = _children(function, around, max_of(how, Subtype.TRANSFORMATION))
    else:
        values = value(function, around, how)
    over: list[exp.Expression] = []
    for window in (node, *_named(node)):
        over += [*(window.args.get("partition_by") or ()), *_keys(window.args.get("order"))]
    return values | conditions(over, around, Subtype.WINDOW)


def _named(node: exp.Window) -> list[exp.Window]:
    """The definition in the WINDOW clause that `over w` names."""
    select = node.parent_select
    definitions = (select.args.get("windows") or ()) if select is not None else ()
    return [window for window in definitions if node.alias and window.name.lower() == node.alias.lower()]


def _order(node: exp.Order, around: Surroundings, how: Subtype) -> Sources:
    """`array_agg(x order by y)` sorts by y; `percentile_cont(0.5) within group (order by x)` is of x."""
    if isinstance(node.parent, exp.WithinGroup):
        return NOTHING.union(*(value(key, around, how) for key in _keys(node)))
    return value(node.this, around, how) | conditions(_keys(node), around, Subtype.SORT)


def _keys(order: exp.Expression | None) -> list[exp.Expression]:
    return [] if order is None else [ordered.this for ordered in order.expressions]
