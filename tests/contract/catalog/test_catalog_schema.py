"""The schema is the newest or refused; the log's tables refuse changes; what is acknowledged is durable."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from catalog import schema
from catalog.base import Base
from catalog.catalog import Catalog
from lineage.errors import Fault, Refused
from tests.support.migrating import revisions
from tests.support.places import Place
from tests.support.record import ANNA


def stamped(place: Place, revision: str | None = None) -> list[str]:
    """What the database says about its revision, after changing it where one is given."""
    with closing(place.store()) as store, store.sequenced() as session:
        if revision is not None:
            session.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
        return list(session.scalars(text("SELECT version_num FROM alembic_version")))


def test_the_newest_revision_is_the_one_stated() -> None:
    """The migrations are one chain and end at the revision that fresh databases are stamped with."""
    assert revisions()[-1] == schema.HEAD


def test_every_text_is_ordered_by_code_points() -> None:
    """On PostgreSQL each column of text states its order; the database's own may be a language's."""
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    texts = {
        f"{table.name}.{column.name}": stated
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if (stated := column.type.compile(dialect)).startswith(("TEXT", "VARCHAR"))
    }
    loose = [name for name, stated in texts.items() if not stated.endswith('COLLATE "C"')]
    assert loose == [], "use Words or code(length) of catalog.base, WORDS or code of catalog.migrations.types"


def test_a_newer_database_is_refused(place: Place) -> None:
    """A schema this program does not know is left alone."""
    place.open().close()
    stamped(place, "9999_future")
    with pytest.raises(Refused, match="schema 9999_future, which this program does not know"):
        place.open()
    assert stamped(place, schema.HEAD) == [schema.HEAD]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("log_entries", "actor"),
        ("log_payloads", "body"),
        ("log_nodes", "digest"),
        ("log_checkpoints", "note"),
    ],
)
def test_the_log_refuses_changes(catalog: Catalog, place: Place, table: str, column: str) -> None:
    """UPDATE, DELETE and TRUNCATE on the log's tables end in an error, whoever tries."""
    for _ in range(2):
        catalog.log.append("note", {}, actor=ANNA)
    changes = [f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"]
    if place.address is not None:
        changes += [f"TRUNCATE {table} CASCADE"]
        changes += [f"SET LOCAL session_replication_role = replica; DELETE FROM {table}"]
    with closing(place.store()) as store:
        for change in changes:
            with pytest.raises(Fault, match=f"{table} is append-only"), store.sequenced() as session:
                session.execute(text(change))
    assert catalog.log.size == 2


def test_acknowledged_is_on_the_disk(place: Place) -> None:
    """Writes go through a write-ahead log that is synced at every commit."""
    asked, wanted = {
        True: (("PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys"), ("wal", 2, 1)),
        False: (("SHOW fsync", "SHOW synchronous_commit", "SHOW full_page_writes"), ("on", "on", "on")),
    }[place.address is None]
    with closing(place.store()) as store, store.sequenced() as session:
        assert tuple(session.execute(text(each)).scalar() for each in asked) == wanted


def test_a_home_does_not_take_another_database_for_its_own(place: Place, tmp_path: Path) -> None:
    """A log that was signed is not in an empty database: nothing is made there, nothing signed."""
    with place.open() as catalog:
        catalog.log.append("note", {}, actor=ANNA)
        signed = catalog.log.checkpoint()
    (tmp_path / "catalog.db").rename(tmp_path / "elsewhere.db") if place.address is None else None
    empty = replace(place, address=None)
    with pytest.raises(Refused, match="LAKEPROOF_DATABASE"):
        empty.open()
    assert (tmp_path / "log" / "checkpoint").read_text() == signed
    with closing(empty.store()) as store, store.reading() as session:
        assert inspect(session.connection()).get_table_names() == []
