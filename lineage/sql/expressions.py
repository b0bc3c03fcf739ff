"""The sources of one expression. Pure; columns and subqueries are resolved by what it stands in.

Walked with a list of what is still to do and not by recursion, so that a condition of ten thousand terms is
only long.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from sqlglot import exp

from lineage.sql.sources import NOTHING, Sources, Subtype, Unfollowed, steering, through

#: Functions over a window that hand on one row's value; sqlglot files them under aggregates.
_PICKS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.First, exp.Last)
_PLAIN = (exp.Alias, exp.Paren, exp.Aliases, exp.Tuple, exp.Distinct)
_WRAPPERS = (exp.IgnoreNulls, exp.RespectNulls)
#: Which grouping set a row is of; no column's value takes part.
_SETS = (exp.Grouping, exp.GroupingId)
#: Aggregates that sqlglot leaves without a class of their own.
_AGGREGATES = frozenset(
    "try_sum try_avg percentile percentile_approx histogram histogram_numeric kurtosis skewness mode "
    "json_agg jsonb_agg json_object_agg jsonb_object_agg xmlagg map_agg map_from_entries_agg multimap_agg "
    "array_concat_agg approx_most_frequent checksum any bool_and bool_or every some regr_slope regr_r2 "
    "regr_intercept regr_count regr_avgx regr_avgy regr_sxx regr_syy regr_sxy bitmap_union hll_union_agg "
    "hll_sketch_agg count_min_sketch string_agg_distinct checksum_agg stdev stdevp var varp".split()
)


class Surroundings(Protocol):
    """What an expression stands in."""

    def column(self, column: exp.Column) -> Sources: ...

    def subquery(self, query: exp.Query) -> tuple[Sources, Sources]:
        """Sources of the values of a subquery, and of its choice of rows."""
        ...


class _Part(NamedTuple):
    """A part still to do: used as `how`, or, where `steer` is set, as nothing but a condition of that kind."""

    node: exp.Expr | None
    how: Subtype
    steer: Subtype | None

    def value(self, node: exp.Expr | None, least: Subtype = Subtype.IDENTITY) -> "_Part":
        """A part of this part, whose value goes into it."""
        how = max((self.how, least), key=_rank)
        return _Part(node, how, self.steer)

    def condition(self, node: exp.Expr | None, kind: Subtype) -> "_Part":
        """A part of this part that only steers it."""
        return _Part(node, Subtype.IDENTITY, self.steer or kind)

    def told(self, sources: Sources) -> Sources:
        return through(sources, self.how) if self.steer is None else steering(sources, self.steer)


def value(node: exp.Expr | None, around: Surroundings) -> Sources:
    """Sources of the expression's value, each with the way it takes part. Raises Unfollowed."""
    return _sources(_Part(node, Subtype.IDENTITY, None), around)


def computed(node: exp.Expr | None, around: Surroundings) -> Sources:
    """Sources of what a function makes of the expression. Raises Unfollowed."""
    return _sources(_Part(node, Subtype.TRANSFORMATION, None), around)


def condition(node: exp.Expr | None, around: Surroundings, how: Subtype) -> Sources:
    """Sources of a condition, order or grouping: every column in it, subqueries included, steers as `how`."""
    return _sources(_Part(node, Subtype.IDENTITY, how), around)


def conditions(nodes: Iterable[exp.Expr], around: Surroundings, how: Subtype) -> Sources:
    """`condition` of each, together."""
    return NOTHING.union(*(condition(node, around, how) for node in nodes))


def keys_of(order: exp.Expr | None) -> list[exp.Expr]:
    """What an ORDER BY, SORT BY or CLUSTER BY sorts by."""
    parts = order.expressions if order is not None else ()
    return [part.this if isinstance(part, exp.Ordered) else part for part in parts]


def _sources(whole: _Part, around: Surroundings) -> Sources:
    found: list[Sources] = []
    todo = [whole]
    while todo:
        part = todo.pop()
        match part.node:
            case None:
                pass
            case exp.Column(this=exp.Star()):
                raise Unfollowed("a star inside an expression")
            case exp.Column() as column:
                found.append(part.told(around.column(column)))
            case exp.Query() as query:
                values, rows = around.subquery(query)
                found += [part.told(values), rows if part.steer is None else steering(rows, part.steer)]
            case exp.Exists(this=exp.Query() as query):
                rows = around.subquery(query)[1]
                found.append(rows if part.steer is None else steering(rows, part.steer))
            case _:
                todo += _parts(part, part.node)
    return found[0] if len(found) == 1 else NOTHING.union(*found)


def _parts(part: _Part, node: exp.Expr) -> Iterator[_Part]:
    match node:
        case exp.Case() | exp.If() | exp.Nullif() | exp.Coalesce() | exp.Nvl2() | exp.DecodeCase():
            yield from _choice(part, node)
        case exp.Window():
            yield from _window(part, node)
        case exp.Filter():
            yield part.value(node.this)
            yield part.condition(node.expression, Subtype.FILTER)
        case exp.WithinGroup():
            yield from _within_group(part, node)
        case exp.Order():
            yield part.value(node.this)
            yield from (part.condition(key, Subtype.SORT) for key in keys_of(node))
        case exp.ArgMax() | exp.ArgMin():
            yield part.value(node.this, Subtype.AGGREGATION)
            yield part.condition(node.expression, Subtype.CONDITIONAL)
        case exp.Star():
            if not isinstance(node.parent, exp.Count):
                raise Unfollowed("a star inside an expression")
        case _ if isinstance(node, _SETS):
            pass
        case exp.AggFunc():
            yield from (part.value(child, Subtype.AGGREGATION) for child in node.iter_expressions())
        case exp.Anonymous() if node.name.lower() in _AGGREGATES:
            yield from (part.value(child, Subtype.AGGREGATION) for child in node.iter_expressions())
        case _:
            least = Subtype.IDENTITY if isinstance(node, _PLAIN) else Subtype.TRANSFORMATION
            yield from (part.value(child, least) for child in node.iter_expressions())


def _choice(part: _Part, node: exp.Expr) -> Iterator[_Part]:
    """What decides is a condition; what may come out is a value."""
    asked, outcomes = _asked_and_outcomes(node)
    yield from (part.condition(each, Subtype.CONDITIONAL) for each in asked)
    yield from (part.value(each, Subtype.TRANSFORMATION) for each in outcomes)


def _asked_and_outcomes(
    node: exp.Expr,
) -> tuple[list[exp.Expr | None], list[exp.Expr | None]]:
    args = node.args
    match node:
        case exp.Nullif():
            return [node.this, node.expression], [node.this]
        case exp.Coalesce():
            values = [node.this, *node.expressions]
            return [*values[:-1]], [*values]
        case exp.Case():
            branches = args["ifs"]
            outcomes = [*(branch.args.get("true") for branch in branches), args.get("default")]
            return [node.this, *(branch.this for branch in branches)], outcomes
        case exp.DecodeCase():
            subject, *rest = node.expressions
            pairs = len(rest) - len(rest) % 2
            return [subject, *rest[0:pairs:2]], [*rest[1:pairs:2], *rest[pairs:]]
        case _:
            return [node.this], [args.get("true"), args.get("false")]


def _window(part: _Part, node: exp.Window) -> Iterator[_Part]:
    function = node.this
    while isinstance(function, _WRAPPERS):
        function = function.this
    if isinstance(function, _PICKS):
        yield from (part.value(child, Subtype.TRANSFORMATION) for child in function.iter_expressions())
    else:
        yield part.value(function)
    for window in (node, *_named(node)):
        over = [*(window.args.get("partition_by") or ()), *keys_of(window.args.get("order"))]
        yield from (part.condition(each, Subtype.WINDOW) for each in over)


def _named(node: exp.Window) -> Iterator[exp.Window]:
    """The definitions in the WINDOW clause that `over w` names, and that those name in turn."""
    select = node.parent_select
    defined = {each.name.lower(): each for each in (select.args.get("windows") or ())} if select else {}
    name = node.alias.lower()
    while name:
        window = defined.pop(name, None)
        if window is None:
            raise Unfollowed(f"window {name}, which is not defined")
        yield window
        name = window.alias.lower()


def _within_group(part: _Part, node: exp.WithinGroup) -> Iterator[_Part]:
    """`percentile_cont(0.5) within group (order by x)` is of x; `listagg(x) within group (order by y)` sorts by y."""
    keys = keys_of(node.expression)
    yield part.value(node.this)
    if node.this.find(exp.Column):
        yield from (part.condition(key, Subtype.SORT) for key in keys)
    else:
        yield from (part.value(key, Subtype.AGGREGATION) for key in keys)


def _rank(how: Subtype) -> int:
    return (Subtype.IDENTITY, Subtype.TRANSFORMATION, Subtype.AGGREGATION).index(how)
