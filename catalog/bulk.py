"""Many rows at once, as tuples: found by their keys, or inserted. Knows no table.

Plain SQL that SQLite and PostgreSQL both take; each form's text is built once. For the hot path, where building
statements and binding by name costs more than the database's own work.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

from catalog.base import Base, keep, meant

Columns: TypeAlias = tuple[str, ...]
Values: TypeAlias = tuple[Any, ...]

#: Rows of keys in one statement.
_MOST = 256


def insert_rows(connection: Connection, table: type[Base], columns: Columns, rows: Sequence[Values]) -> None:
    """Insert rows, given as values in the order of columns, already in the database's own types."""
    if rows:
        statement = _insert(table.__tablename__, columns, _mark(connection))
        with _cursor(connection, statement) as cursor:
            cursor.executemany(statement, [_kept(row) for row in rows] if _keeps(connection) else rows)


def last_ids(connection: Connection, tables: Sequence[type[Base]]) -> tuple[int, ...]:
    """The highest number of each table's rows; 0 where there are none."""
    statement = _last(tuple(table.__tablename__ for table in tables))
    with _cursor(connection, statement) as cursor:
        cursor.execute(statement)
        [found] = cursor.fetchall()
    return tuple(number or 0 for number in found)


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
    for start in range(0, len(listed), _MOST):
        some = listed[start : start + _MOST]
        # Few sizes, so that few statements: what is missing is the last one again.
        size = 1 << (len(some) - 1).bit_length()
        some += [some[-1]] * (size - len(some))
        statement = _find(table.__tablename__, keys, columns, null, size, _mark(connection))
        with _cursor(connection, statement) as cursor:
            values = [value for row in some for value in row]
            cursor.execute(statement, _kept(values) if _keeps(connection) else values)
            found = cursor.fetchall()
        yield from map(_meant, found) if _keeps(connection) else found


@contextmanager
def _cursor(connection: Connection, statement: str) -> Iterator[DBAPICursor]:
    """The driver's own cursor: SQLAlchemy's result objects cost ten times what SQLite takes to answer."""
    errors = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except errors as error:
        raise DBAPIError.instance(statement, None, error, errors) from error
    finally:
        cursor.close()


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


def _keeps(connection: Connection) -> bool:
    """Whether the database needs text to be spelt as `Words` spells it."""
    return connection.dialect.name == "postgresql"


def _kept(row: Iterable[Any]) -> Values:
    return tuple(keep(value) if isinstance(value, str) else value for value in row)


def _meant(row: Iterable[Any]) -> Values:
    return tuple(meant(value) if isinstance(value, str) else value for value in row)


# Names of tables and columns are ours; every value is bound.


@lru_cache(maxsize=1024)
def _insert(table: str, columns: Columns, mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608


@lru_cache(maxsize=64)
def _last(tables: Columns) -> str:
    highest = [f"(SELECT max(id) FROM {table})" for table in tables]  # noqa: S608
    return f"SELECT {', '.join(highest)}"


@lru_cache(maxsize=1024)
def _find(table: str, keys: Columns, columns: Columns, null: str | None, size: int, mark: str) -> str:
    row = f"({', '.join([mark] * len(keys))})"
    wanted = f"WITH wanted ({', '.join(keys)}) AS (VALUES {', '.join([row] * size)})"
    chosen = ", ".join(f"t.{column}" for column in columns)
    matches = [f"t.{key} = wanted.{key}" for key in keys]
    if null is not None:
        matches.append(f"t.{null} IS NULL")
    # CROSS JOIN keeps SQLite from scanning the table and looking each row up in the few wanted.
    return f"{wanted} SELECT {chosen} FROM wanted CROSS JOIN {table} AS t WHERE {' AND '.join(matches)}"  # noqa: S608
