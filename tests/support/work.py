"""What a question costs the database, in figures that are the same on every machine."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPICursor

from catalog import bulk, prepared
from tests.support.graphs import MemoryGraph

_STEPS = 10  # instructions of SQLite's machine between two counts


@dataclass(slots=True)
class Work:
    """The statements that ran; and in SQLite, about how many instructions of its machine they took."""

    statements: list[str] = field(default_factory=list)
    instructions: int = 0

    def _keep(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements.append(statement)

    def _cursor(self, connection: Connection, statement: str) -> AbstractContextManager[DBAPICursor]:
        """Where statements go past SQLAlchemy's events."""
        self.statements.append(statement)
        return bulk.driver_cursor(connection, statement)

    def _count(self) -> int:
        self.instructions += _STEPS
        return 0


@contextmanager
def watched(graph: MemoryGraph) -> Iterator[Work]:
    """The work that graph's database is asked for meanwhile."""
    work = Work()
    with graph.reading() as session:
        engine, driver = session.get_bind(), session.connection().connection.driver_connection
    event.listen(engine, "before_cursor_execute", work._keep)
    count = getattr(driver, "set_progress_handler", None)
    if count is not None:
        count(work._count, _STEPS)
    try:
        with patch.object(prepared, "driver_cursor", work._cursor):
            yield work
    finally:
        event.remove(engine, "before_cursor_execute", work._keep)
        if count is not None:
            count(None, 0)
