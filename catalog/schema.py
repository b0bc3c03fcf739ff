"""Bring a database to the newest schema: a fresh one at once, an older one through its migrations."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

import catalog.aspects.orm
import catalog.graph.folded.orm
import catalog.graph.orm
import catalog.graph.stated.orm
import catalog.identity.orm
import catalog.log.orm
import catalog.orm
from catalog.base import Base
from catalog.log.guards import guard
from catalog.store import Store
from lineage.errors import Refused

#: The newest revision in `catalog/migrations/versions`; a test holds the two together.
HEAD = "0012_roots"

#: The modules that map tables; importing them fills `Base.metadata`.
TABLES = (
    catalog.orm,
    catalog.log.orm,
    catalog.graph.orm,
    catalog.graph.folded.orm,
    catalog.graph.stated.orm,
    catalog.identity.orm,
    catalog.aspects.orm,
)

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(store: Store, *, expected: bool = False) -> None:
    """Give the database the newest schema.

    `expected`: there must be a record in it. Raises Refused when there is none, or when it is newer than this
    program.
    """
    with store.reading() as session:
        if _revision(session.connection()) == HEAD:
            return
    with store.sequenced() as session:  # another process may have been quicker; ask again
        connection = session.connection()
        revision = _revision(connection)
        if revision is None and expected:
            raise Refused(
                f"the log of this home was signed, but the database {store.name} is empty",
                next_move="is its record elsewhere? LAKEPROOF_DATABASE names a PostgreSQL database",
            )
        if revision is None:
            _create(connection)
        elif revision != HEAD:
            _upgrade(connection, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def _create(connection: Connection) -> None:
    """All tables as the newest models state them: importing and running Alembic would take a second."""
    Base.metadata.create_all(connection, checkfirst=False)
    guard(connection)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise Refused(
            f"the catalog's database has schema {revision}, which this program does not know",
            next_move="open it with the program that made it, or a newer one",
        ) from error
