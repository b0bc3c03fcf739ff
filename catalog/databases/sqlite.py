"""A SQLite file: a write-ahead log, synced at every commit. The sequencer's lock is the file's write lock."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, create_engine, event

from catalog.databases.database import Database

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=60000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32000",
)


def sqlite(path: Path) -> Database:
    """The database in a file, which is made when it is first written."""
    engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=56)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(
        reads=engine,
        writes=engine.execution_options(sequenced=True),
        name=path.name,
        next_move="check that the home is writable, its disk not full and no other program holds it",
    )


def _prepare(connection: SqliteConnection, _record: Any) -> None:
    # Transactions are begun by `_begin`, not by the driver's guess.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    sequenced = connection.get_execution_options().get("sequenced", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if sequenced else "BEGIN")
