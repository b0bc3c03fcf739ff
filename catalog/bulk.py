"""Many rows at once, as tuples: found by their keys, or inserted. Knows no table.

Plain SQL, each form's text built once. For the hot path, where building statements and binding by name costs more
than the database's own work. PostgreSQL takes each column's values as one array: one short text whatever the number
of rows, so that it is parsed and planned once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from catalog.base import Base, keep, meant

Columns: TypeAlias = tuple[str, ...]
Values: TypeAlias = tuple[Any, ...]

#: Rows of keys in one statement.
_MOST = 256

_POSTGRESQL = PGDialect()  # type: ignore[no-untyped-call]


def insert_rows(connection: Connection, table: type[Base], columns: Columns, rows: Sequence[Values]) -> None:
    """Insert rows, given as values in the order of columns, already in the database's own types."""
    if not rows:
        return
    if _takes_arrays(connection):
        statement = _insert_arrays(table.__tablename__, columns)
        with driver_cursor(connection, statement) as cursor:
            cursor.execute(statement, _arrays(rows))
        return
    statement = _insert(table.__tablename__, columns)
    with driver_cursor(connection, statement) as cursor:
        cursor.executemany(statement, rows)


def last_ids(connection: Connection, tables: Sequence[type[Base]]) -> tuple[int, ...]:
    """The highest number of each table's rows; 0 where there are none."""
    statement = _last(tuple(table.__tablename__ for table in tables))
    with driver_cursor(connection, statement) as cursor:
        cursor.execute(statement)
        [found] = cursor.fetchall()
    return tuple(number or 0 for number in found)


def all_rows(connection: Connection, statement: str) -> list[Values]:
    """All rows of a statement without parameters."""
    with driver_cursor(connection, statement) as cursor:
        cursor.execute(statement)
        found = cursor.fetchall()
    return [_meant(row) for row in found] if _takes_arrays(connection) else list(found)


def find_rows(
    connection: Connection,
    table: type[Base],
    keys: Columns,
    wanted: Collection[Values],
    columns: Columns,
    *,
    null: str | None = None,
) -> Iterator[Values]:
    """The columns of all rows whose keys are among wanted; by the keys' index, whatever the table's size.

    No wanted value is NULL; `null` names a column that must be. A row may come twice.
    """
    listed = list(wanted)
    if listed and _takes_arrays(connection):
        statement = _find_arrays(table.__tablename__, keys, columns, null)
        with driver_cursor(connection, statement) as cursor:
            cursor.execute(statement, _arrays(listed))
            found = cursor.fetchall()
        yield from map(_meant, found)
        return
    for start in range(0, len(listed), _MOST):
        some = listed[start : start + _MOST]
        # Few sizes, so that few statements: what is missing is the last one again.
        size = 1 << (len(some) - 1).bit_length()
        some += [some[-1]] * (size - len(some))
        statement = _find(table.__tablename__, keys, columns, null, size)
        with driver_cursor(connection, statement) as cursor:
            cursor.execute(statement, [value for row in some for value in row])
            found = cursor.fetchall()
        yield from found


@contextmanager
def driver_cursor(connection: Connection, statement: str) -> Iterator[DBAPICursor]:
    """The driver's own cursor: SQLAlchemy's result objects cost ten times what SQLite takes to answer.

    The driver's errors are SQLAlchemy's all the same.
    """
    errors = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except errors as error:
        raise DBAPIError.instance(statement, None, error, errors) from error
    finally:
        cursor.close()


def _takes_arrays(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _arrays(rows: Iterable[Values]) -> list[list[Any]]:
    """Column by column, with text spelt as `Words` spells it."""
    columns = zip(*rows, strict=True)
    return [[keep(value) if isinstance(value, str) else value for value in column] for column in columns]


def _meant(row: Iterable[Any]) -> Values:
    return tuple(meant(value) if isinstance(value, str) else value for value in row)


# Names of tables and columns are ours; every value is bound.


@lru_cache(maxsize=1024)
def _insert(table: str, columns: Columns) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


@lru_cache(maxsize=1024)
def _insert_arrays(table: str, columns: Columns) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM {_unnested(table, columns)}"  # noqa: S608


@lru_cache(maxsize=1024)
def _find_arrays(table: str, keys: Columns, columns: Columns, null: str | None) -> str:
    chosen = ", ".join(f"t.{column}" for column in columns)
    wanted = f"{_unnested(table, keys)} AS wanted ({', '.join(keys)})"
    return f"SELECT {chosen} FROM {wanted} CROSS JOIN {table} AS t WHERE {_matches(keys, null)}"  # noqa: S608


def _unnested(table: str, columns: Columns) -> str:
    types = [Base.metadata.tables[table].columns[column].type.compile(_POSTGRESQL) for column in columns]
    # Not VARCHAR(n), which would cut what is longer.
    bare = ["TEXT" if each.startswith(("TEXT", "VARCHAR")) else each for each in types]
    return f"unnest({', '.join(f'%b::{each}[]' for each in bare)})"


def _matches(keys: Columns, null: str | None) -> str:
    matches = [f"t.{key} = wanted.{key}" for key in keys]
    if null is not None:
        matches.append(f"t.{null} IS NULL")
    return " AND ".join(matches)


@lru_cache(maxsize=64)
def _last(tables: Columns) -> str:
    highest = [f"(SELECT max(id) FROM {table})" for table in tables]  # noqa: S608
    return f"SELECT {', '.join(highest)}"


@lru_cache(maxsize=1024)
def _find(table: str, keys: Columns, columns: Columns, null: str | None, size: int) -> str:
    row = f"({', '.join('?' * len(keys))})"
    wanted = f"WITH wanted ({', '.join(keys)}) AS (VALUES {', '.join([row] * size)})"
    chosen = ", ".join(f"t.{column}" for column in columns)
    # CROSS JOIN keeps SQLite from scanning the table and looking each row up in the few wanted.
    return f"{wanted} SELECT {chosen} FROM wanted CROSS JOIN {table} AS t WHERE {_matches(keys, null)}"  # noqa: S608
