"""A fresh database and a migrated one are the same; the log's tables refuse changes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from catalog import schema
from catalog.catalog import Catalog
from catalog.store import Store
from lineage.errors import Refused
from tests.support.record import ANNA


def structure(database: Path) -> dict[str, object]:
    """Tables with their columns and keys, indexes and triggers, as SQLite reports them."""
    with closing(sqlite3.connect(database)) as connection:
        found: dict[str, object] = {}
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
            if kind == "table":
                indexes = connection.execute(f"PRAGMA index_list({name})").fetchall()
                found[name] = (
                    connection.execute(f"PRAGMA table_xinfo({name})").fetchall(),
                    sorted(connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()),
                    sorted(
                        (unique, origin, connection.execute(f"PRAGMA index_info({index})").fetchall())
                        for _, index, unique, origin, _ in indexes
                    ),
                )
            elif kind == "trigger":
                found[name] = sql
            elif not name.startswith("sqlite_"):
                found[name] = kind
        return found


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """A database that Alembic made, revision by revision."""
    path = tmp_path / "migrated.db"
    store = Store(path)
    with store.sequenced() as session:
        schema._upgrade(session.connection(), "none")
    store.close()
    return path


def test_a_fresh_database_is_what_the_migrations_make(
    migrated: Path, catalog: Catalog, tmp_path: Path
) -> None:
    """Creating the newest tables at once is only a shortcut: columns, keys, indexes, triggers are equal."""
    assert structure(tmp_path / "catalog.db") == structure(migrated)


def test_the_newest_revision_is_the_one_stated(migrated: Path) -> None:
    """The migrations end at the revision that fresh databases are stamped with."""
    with closing(sqlite3.connect(migrated)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.HEAD,)]


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """A schema this program does not know is left alone."""
    Catalog.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    with pytest.raises(Refused, match="schema 9999_future, which this program does not know"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize(
    ("table", "column"), [("log_entries", "actor"), ("log_payloads", "body"), ("log_nodes", "digest")]
)
@pytest.mark.parametrize("change", ["DELETE FROM {table}", "UPDATE {table} SET {column} = 'x'"])
def test_the_log_refuses_changes(
    catalog: Catalog, tmp_path: Path, table: str, column: str, change: str
) -> None:
    """UPDATE and DELETE on the log's tables end in an error, whoever tries."""
    for _ in range(2):
        catalog.log.append("note", {}, actor=ANNA)
    with (
        closing(sqlite3.connect(tmp_path / "catalog.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"),
    ):
        connection.execute(change.format(table=table, column=column))


def test_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    """Writes go through a write-ahead log that is synced at every commit."""
    store = Store(tmp_path / "x.db")
    answer: Callable[[str], object] = lambda name: session.execute(text(f"PRAGMA {name}")).scalar()  # noqa: E731
    with store.reading() as session:
        assert (answer("journal_mode"), answer("synchronous"), answer("foreign_keys")) == ("wal", 2, 1)
    store.close()
