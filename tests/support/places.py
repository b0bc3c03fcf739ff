"""Where a test's record lies: in a home, and in one of the databases."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from catalog.base import Base
from catalog.catalog import Catalog
from catalog.log.guards import GUARDED
from catalog.schema import migrate
from catalog.store import Store
from tests.support.postgres import Server, connected

SQLITE = "sqlite"
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
DATABASES = (SQLITE, POSTGRESQL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A home and its database: a file in it, or the PostgreSQL database at an address."""

    home: Path
    address: str | None = None

    def open(self, **how: Any) -> Catalog:
        return Catalog.open(self.home, database=self.address, **how)

    def store(self) -> Store:
        return Store.of(self.home, self.address)


class Pool:
    """Databases that hold the newest tables and nothing in them: handed out, taken back, handed out again."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._free: list[str] = []

    def take(self) -> str:
        if self._free:
            return self._free.pop()
        address = self._server.database()
        store = Store.of(Path(), address)
        migrate(store)
        store.close()
        return address

    def give_back(self, address: str) -> None:
        """Empty it for the next test; one that a test left in use or without its tables is given up."""
        steps = ["BEGIN", "SET LOCAL lock_timeout TO '2s'"]
        steps += [f"ALTER TABLE {each} DISABLE TRIGGER USER" for each in GUARDED]
        steps += [f"DELETE FROM {each.name}" for each in reversed(Base.metadata.sorted_tables)]
        steps += [f"ALTER TABLE {each} ENABLE ALWAYS TRIGGER {each}_no_change" for each in GUARDED]
        with connected(address) as connection, suppress(psycopg.Error):
            connection.execute("; ".join([*steps, "COMMIT"]))
            self._free.append(address)


@contextmanager
def place_in(kind: str, home: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place whose record is new. The server is only started for those who ask for it."""
    if kind == SQLITE:
        yield Place(home=home)
        return
    pool: Pool = request.getfixturevalue("postgresql_pool")
    address = pool.take()
    yield Place(home=home, address=address)
    pool.give_back(address)


def empty_place_in(kind: str, home: Path, request: pytest.FixtureRequest) -> Place:
    """A place whose database has not even tables."""
    if kind == SQLITE:
        return Place(home=home)
    server: Server = request.getfixturevalue("postgresql_server")
    return Place(home=home, address=server.database())
