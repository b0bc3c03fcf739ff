"""Statements compiled once for each kind of database, and read by the driver's own cursor. Knows no table.

For the hot paths of reading: making a statement, binding a list of values one by one, and the objects around each row
cost more than finding the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Dialect, Select, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from catalog.bulk import driver_cursor
from lineage.errors import Fault

Convert = Callable[[Any], Any]

_LACKING = object()


class Numbers(TypeDecorator[Sequence[int]]):
    """Whole numbers, however many, as one value: an array, or its JSON where the database has none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(BigInteger()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return str(list(value)) if value is not None and dialect.name == "sqlite" else value


class Among(FunctionElement[bool]):
    """Whether a column is one of the numbers that a parameter of type Numbers holds: one text for any."""

    inherit_cache = True
    # No type: of a boolean function SQLite would be asked whether it is 1, and not look it up in any index.

    def __init__(self, column: ColumnElement[int], numbers: ColumnElement[Any]) -> None:
        super().__init__(column, numbers)


@compiles(Among, "sqlite")
def _in_json(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608


@compiles(Among, "postgresql")
def _in_array(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, numbers = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY({numbers})"


def run(
    connection: Connection,
    statement: Select[Any],
    given: Mapping[str, Any],
    *,
    at_hand: Mapping[str, Any] = MappingProxyType({}),
) -> list[tuple[Any, ...]]:
    """All rows of a statement that is kept for good (it is compiled but once), with `given` for its parameters.

    It takes from `at_hand` what it names besides. Raises Fault when it then lacks one, or does not name one given.
    """
    ready = _prepared(statement, connection.dialect.name)
    # The driver's own cursor and rows: SQLAlchemy's objects around them would cost more than finding the rows.
    with driver_cursor(connection, ready.text) as cursor:
        cursor.execute(ready.text, ready.bound(given, at_hand))
        rows = cursor.fetchall()
    if not ready.results or not rows:
        return list(rows)
    columns: list[Any] = list(zip(*rows, strict=True))
    for place, convert in ready.results:
        columns[place] = map(convert, columns[place])
    return list(zip(*columns, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A statement's text, how its parameters are bound, and by what to turn its results into our own values.

    `fixed` are the parameters that have a value, `open` those that each run must give one.
    """

    text: str
    fixed: Mapping[str, Any]
    open: frozenset[str]
    order: Sequence[str] | None
    binds: Mapping[str, Convert | None]
    results: tuple[tuple[int, Convert], ...]

    def bound(self, given: Mapping[str, Any], at_hand: Mapping[str, Any]) -> Any:
        values = dict(self.fixed)
        for name in self.open:
            value = given[name] if name in given else at_hand.get(name, _LACKING)
            convert = self.binds[name]
            values[name] = value if convert is None or value is _LACKING else convert(value)
        if not self.open.issuperset(given) or _LACKING in values.values():
            lacking = sorted(name for name in self.open if values[name] is _LACKING)
            raise Fault(
                f"a statement names {sorted(self.open)}, lacks {lacking} and was given {sorted(given)}",
                next_move="report it",
            )
        return values if self.order is None else tuple(values[name] for name in self.order)


_DIALECTS: dict[str, Dialect] = {
    "sqlite": SQLiteDialect_pysqlite(),
    "postgresql": PGDialect_psycopg(),  # type: ignore[no-untyped-call]
}


@lru_cache(maxsize=512)
def _prepared(statement: Select[Any], database: str) -> _Prepared:
    dialect = _DIALECTS[database]
    compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    binds = {name: _bind(each.type, dialect) for name, each in compiled.binds.items()}
    results = ((place, _result(each.type, dialect)) for place, each in enumerate(statement.selected_columns))
    open_ = frozenset(
        name for name, each in compiled.binds.items() if each.value is None and each.callable is None
    )
    return _Prepared(
        text=compiled.string,
        fixed={
            name: _fixed(value, binds.get(name))
            for name, value in compiled.params.items()
            if name not in open_
        },
        open=open_,
        order=compiled.positiontup,
        binds=binds,
        results=tuple((place, convert) for place, convert in results if convert is not None),
    )


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _fixed(value: Any, convert: Convert | None) -> Any:
    return value if convert is None or value is None else convert(value)
