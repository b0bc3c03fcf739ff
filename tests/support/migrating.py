"""Climb a place's database up and down the migrations, as the program does it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from catalog import schema
from tests.support.places import Place


def revisions() -> list[str]:
    """All revisions, oldest first."""
    scripts = ScriptDirectory(str(schema._MIGRATIONS))
    return [each.revision for each in reversed(list(scripts.walk_revisions()))]


def upgrade(place: Place, revision: str = schema.HEAD) -> None:
    with _changing(place) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(place: Place, revision: str) -> None:
    with _changing(place) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _changing(place: Place) -> Iterator[Connection]:
    with closing(place.store()) as store, store.sequenced() as session:
        yield session.connection()


def _config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(schema._MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
