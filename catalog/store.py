"""The catalog's database: how it is opened, read and written. Knows no table.

Reading sees one snapshot. Writing takes the sequencer lock first, so that writers, in one process or several,
come strictly one after another; what was committed has reached the disk.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.databases.database import Database
from catalog.databases.postgresql import postgresql
from catalog.databases.sqlite import sqlite
from lineage.errors import BadInput, Fault

#: The default database's file in the home.
FILE = "catalog.db"

# PostgreSQL's "program limit exceeded": its index rows have 2,704 bytes at most.
_TOO_LONG = "54000"


class Store:
    """One open database. Threads may share it; `close` it when done.

    `again` opens the same database once more; another process may be given it.
    """

    def __init__(self, database: Database, again: "Callable[[], Store]") -> None:
        self.again = again
        self._database = database
        # Threads of one process queue here: SQLite's wait for a lock polls, PostgreSQL's holds a connection.
        self._turn = threading.Lock()

    @classmethod
    def of(cls, home: Path, address: str | None = None) -> "Store":
        """The store of a home: the file in it, or the PostgreSQL database at address. Raises BadInput."""
        database = sqlite(home / FILE) if address is None else postgresql(address)
        return cls(database, partial(cls.of, home, address))

    @property
    def name(self) -> str:
        """What messages call the database; never with a password."""
        return self._database.name

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session over one consistent snapshot. Raises Fault when the database cannot be read."""
        with self._translated("read"), Session(self._database.reads) as session:
            yield session

    @contextmanager
    def sequenced(self) -> Iterator[Session]:
        """A session that holds the sequencer lock; commits at the end, rolls back on an exception.

        Raises Fault when the database cannot be written, and then nothing was.
        """
        with self._turn, self._translated("written"), Session(self._database.writes) as session:
            session.connection()
            yield session
            session.commit()

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _translated(self, done: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _TOO_LONG:
                raise BadInput(
                    f"a name is too long for an index of the database {self.name}",
                    next_move="two thousand bytes are always taken",
                ) from error
            raise Fault(
                f"the catalog's database {self.name} cannot be {done}: {str(error.orig).partition(chr(10))[0]}",
                next_move=self._database.next_move,
            ) from error
