"""The catalog's database: how it is opened, read and written. Knows no table.

Reading sees one snapshot. Writing takes the sequencer lock first, so that writers, in one process or several,
come strictly one after another; what was committed has reached the disk.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lineage.errors import Fault

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=60000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32000",
)


class Store:
    """One open catalog.db. Threads may share it; `close` it when done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=56)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._sequenced = self._engine.execution_options(sequenced=True)
        # SQLite's own wait for a lock polls; threads of one process queue here instead.
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent snapshot. Raises Fault when the database cannot be read."""
        with self._translated("read"), Session(self._engine) as session:
            yield session

    @contextmanager
    def sequenced(self) -> Iterator[Session]:
        """A session that holds the sequencer lock; commits at the end, rolls back on an exception.

        Raises Fault when the database cannot be written, and then nothing was.
        """
        with self._turn, self._translated("written"), Session(self._sequenced) as session:
            session.connection()
            yield session
            session.commit()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _translated(self, done: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise Fault(
                f"the catalog's database {self.path.name} cannot be {done}: {error.orig}",
                next_move="check that the home is writable, its disk not full and no other program holds it",
            ) from error


def _prepare(connection: SqliteConnection, _record: Any) -> None:
    # Transactions are begun by `_begin`, not by the driver's guess.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin(connection: Connection) -> None:
    sequenced = connection.get_execution_options().get("sequenced", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if sequenced else "BEGIN")
