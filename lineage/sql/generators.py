"""Functions that make rows: explode, unnest, flatten, generate_series and their like. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineage.sql.expressions import computed
from lineage.sql.nodes import refuse_others
from lineage.sql.relations import Column, Relation, Source
from lineage.sql.scope import Scope
from lineage.sql.sources import NOTHING, Sources, Unfollowed
from lineage.sql.stars import type_of

if TYPE_CHECKING:
    from lineage.sql.reader import Reader

_UNNEST_ARGS = frozenset({"expressions", "alias", "offset", "explode_array"})
_FUNCTION_ARGS = frozenset({"this", "alias", "sample", "joins", "laterals"})
#: Where `unnest(a) as x` names its column after its alias.
_NAMED_BY_ALIAS = frozenset({"postgres", "redshift"})
_SERIES = (exp.GenerateSeries, exp.ExplodingGenerateSeries)


def generated(reader: "Reader", item: exp.Lateral, scope: Scope) -> Relation:
    """The columns of a lateral view or a lateral function: each may come from any of the arguments."""
    if isinstance(item.this, exp.Unnest):
        return _unnest_columns(reader, item.this, item.args.get("alias"), scope)
    return _from_arguments(reader, item.this, item.args.get("alias"), scope)


def function_relation(reader: "Reader", item: exp.Table, scope: Scope) -> Relation:
    """The columns of a function in FROM. Raises Unfollowed where nobody names them."""
    if not isinstance(item.this, exp.Func):
        kind = (
            "a stage of files" if item.this.name.startswith("@") else f"{item.this.key} as a source of rows"
        )
        raise Unfollowed(kind)
    refuse_others(item, _FUNCTION_ARGS)
    return _from_arguments(reader, item.this, item.args.get("alias"), scope)


def unnested(reader: "Reader", item: exp.Unnest, scope: Scope) -> Source:
    """UNNEST in FROM."""
    alias = item.args.get("alias")
    relation = _unnest_columns(reader, item, alias, scope)
    named = alias.this if alias is not None else None
    if named is None and relation.element:
        return Source(parts=(relation.columns[0].key or "",), relation=relation)
    return Source(parts=(reader.dialect.key(named),) if named is not None else (), relation=relation)


def _from_arguments(reader: "Reader", function: exp.Expr, alias: exp.Expr | None, scope: Scope) -> Relation:
    names = reader.names(alias)
    if not names and isinstance(function, _SERIES) and alias is not None and alias.this is not None:
        names = [(reader.dialect.key(alias.this), reader.dialect.shown(alias.this))]
    if not names:
        named = function.sql_name() if isinstance(function, exp.Func) else function.key
        raise Unfollowed(f"a table function ({function.name or named}) whose columns nobody names")
    sources = computed(function, scope)
    return Relation(columns=[Column(name=name, key=key, sources=sources) for key, name in names])


def _unnest_columns(reader: "Reader", item: exp.Unnest, alias: exp.Expr | None, scope: Scope) -> Relation:
    refuse_others(item, _UNNEST_ARGS)
    names = reader.names(alias)
    made = [computed(argument, scope) for argument in item.expressions]
    whole = NOTHING.union(*made)
    if not names and reader.dialect.name in _NAMED_BY_ALIAS and alias is not None and len(made) == 1:
        names = [(reader.dialect.key(alias.this), reader.dialect.shown(alias.this))]
    if not names:
        raise Unfollowed("an unnest whose columns nobody names")
    columns: list[Column] = []
    for (key, name), sources in zip(names, _shares(reader, item, made, len(names), scope), strict=True):
        columns.append(Column(name=name, key=key, sources=sources))
    offset = item.args.get("offset")
    if isinstance(offset, exp.Identifier):
        columns.append(
            Column(name=reader.dialect.shown(offset), key=reader.dialect.key(offset), sources=whole)
        )
    elif offset:
        raise Unfollowed("an unnest whose position nobody names")
    element = reader.dialect.name == "bigquery"
    plain = not element or all(_plain(_type(reader, argument, scope)) for argument in item.expressions)
    return Relation(columns=columns, element=element, open="" if plain else "fields of an element")


def _plain(kind: exp.DataType | None) -> bool:
    """Whether a type is known to be an array of values without fields."""
    inner = kind.expressions[0] if kind is not None and kind.expressions else None
    return isinstance(inner, exp.DataType) and not inner.is_type(exp.DataType.Type.STRUCT)


def _shares(
    reader: "Reader", item: exp.Unnest, made: Sequence[Sources], names: int, scope: Scope
) -> list[Sources]:
    """For each named column the sources of the argument that makes it."""
    if len(made) == 1:
        return [made[0]] * names
    widths = [1] * len(made)
    if names != len(made):
        widths = [_width(reader, argument, scope) for argument in item.expressions]
    shares = [sources for sources, width in zip(made, widths, strict=True) for _ in range(width)]
    if len(shares) != names:
        raise Unfollowed("an unnest of several values into another number of columns")
    return shares


def _width(reader: "Reader", argument: exp.Expr, scope: Scope) -> int:
    """How many columns an argument of UNNEST makes: two of a map, a row's fields, else one."""
    kind = _type(reader, argument, scope)
    if kind is None:
        raise Unfollowed("an unnest of values whose types are not known")
    if kind.is_type(exp.DataType.Type.MAP):
        return 2
    inner = kind.expressions[0] if kind.expressions else None
    if isinstance(inner, exp.DataType) and inner.is_type(exp.DataType.Type.STRUCT):
        return len(inner.expressions)
    return 1


def _type(reader: "Reader", argument: exp.Expr, scope: Scope) -> exp.DataType | None:
    """The type of an argument that is a plain column of a real table."""
    if not isinstance(argument, exp.Column):
        return None
    key = reader.dialect.key(argument.this)
    around: Scope | None = scope
    columns: list[Column] = []
    while around is not None and not columns:
        columns = [
            column for source in around.source.sources for column in source.relation.by_key.get(key, ())
        ]
        around = around.parent
    return type_of(columns[0], reader.dialect) if len(columns) == 1 else None
