"""Claims about how the graph's tables come to be."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect

import catalog.migrations
import catalog.schema
from catalog.base import Base

_SCRIPTS = Path(catalog.migrations.__file__).parent


def config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def shape(connection: Connection, prefixes: tuple[str, ...]) -> Mapping[str, Any]:
    looked = inspect(connection)
    return {
        name: (
            [(each["name"], str(each["type"]), each["nullable"]) for each in looked.get_columns(name)],
            sorted(
                (str(each["name"]), each["column_names"], each["unique"]) for each in looked.get_indexes(name)
            ),
        )
        for name in looked.get_table_names()
        if name.startswith(prefixes)
    }


@pytest.mark.parametrize("prefix", ["graph_", "aspect"])
def test_migrated_and_made_at_once_are_the_same(prefix: str) -> None:
    """A database that climbed the migrations has the tables that a fresh one is given, and can climb down."""
    climbed, fresh = create_engine("sqlite://"), create_engine("sqlite://")
    with climbed.begin() as one, fresh.begin() as other:
        command.upgrade(config(one), catalog.schema.HEAD)
        Base.metadata.create_all(other)
        assert shape(one, (prefix,)) == shape(other, (prefix,))
        assert compare_metadata(MigrationContext.configure(one), Base.metadata) == []
        command.downgrade(config(one), "0001_log")
        assert shape(one, (prefix,)) == {}
    climbed.dispose()
    fresh.dispose()
