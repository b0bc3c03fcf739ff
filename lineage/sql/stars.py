"""Stars: all columns of a source, less, changed or renamed; the fields of a struct. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lineage.sql.dialects import Dialect
from lineage.sql.expressions import value
from lineage.sql.nodes import refuse_others
from lineage.sql.relations import Column
from lineage.sql.scope import Scope
from lineage.sql.sources import Subtype, Unfollowed, through

_ARGS = frozenset({"except_", "replace", "rename"})


def expanded(star: exp.Star, columns: Iterable[Column], scope: Scope) -> Iterator[Column]:
    """The columns of a star with what its EXCEPT, REPLACE and RENAME say. Raises Unfollowed."""
    if not any(star.args.values()):
        yield from columns
        return
    refuse_others(star, _ARGS)
    key = scope.dialect.key
    left_out = {key(_name(each)) for each in star.args.get("except_") or ()}
    replaced = {key(each.args["alias"]): each.this for each in star.args.get("replace") or ()}
    renamed = {key(_name(each.this)): each.args["alias"] for each in star.args.get("rename") or ()}
    for column in columns:
        if column.key in left_out:
            continue
        if column.key in replaced:
            yield _replaced(column, replaced[column.key], scope)
        elif column.key in renamed:
            identifier = renamed[column.key]
            yield replace(column, key=key(identifier), name=scope.dialect.shown(identifier))
        else:
            yield column


def struct_star(column: Column, dialect: Dialect) -> list[Column]:
    """The fields of a column that is a struct by its type. Raises Unfollowed where they are not known."""
    kind = type_of(column, dialect)
    if kind is None or not kind.is_type(exp.DataType.Type.STRUCT) or not kind.expressions:
        raise Unfollowed(f"a star over {column.name}, whose fields are not known")
    sources = through(column.read(), Subtype.TRANSFORMATION)
    return [
        Column(name=field.name, key=dialect.folded(field.name), sources=sources) for field in kind.expressions
    ]


def type_of(column: Column, dialect: Dialect) -> exp.DataType | None:
    """The type of a real column, where it is known."""
    try:
        return exp.DataType.build(column.type, dialect=dialect.name) if column.type else None
    except SqlglotError:
        return None


def _name(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Column) else node


def _replaced(column: Column, by: exp.Expr, scope: Scope) -> Column:
    try:
        return replace(column, sources=value(by, scope), type="")
    except Unfollowed as error:
        return replace(column, sources=None, why=str(error), type="")
