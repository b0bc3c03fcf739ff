"""A database's address is read once; what is said about it never holds its secrets."""

from pathlib import Path

import pytest

from catalog.databases.postgresql import postgresql
from catalog.store import Store
from lineage.errors import BadInput, Fault


@pytest.mark.parametrize(
    "address",
    ["postgresql://ann:secret@db/record", "postgresql+psycopg://ann:secret@db/record?password=secret"],
)
def test_a_database_is_called_by_user_host_and_name(address: str) -> None:
    """Neither the password nor any option is part of the name; the driver is ours, whatever was written."""
    database = postgresql(address)
    assert database.name == "ann@db/record"
    assert database.reads.url.drivername == "postgresql+psycopg"
    database.close()


@pytest.mark.parametrize(
    "address", ["secret", "mysql://ann:secret@db/x", "postgresql://ann:secret@db:x/y", ""]
)
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    """One line that says how an address is written; what was given may be a secret."""
    with pytest.raises(BadInput, match=r"postgresql.psycopg://USER@HOST/DATABASE") as told:
        Store.of(Path(), address)
    assert "secret" not in str(told.value)


def test_a_server_that_is_not_there_is_a_fault_without_secrets(tmp_path: Path) -> None:
    """Nobody listens: the message names the database and the next move, not the password."""
    store = Store.of(tmp_path, f"postgresql://ann:secret@/record?host={tmp_path}")
    with (
        pytest.raises(Fault, match=r"cannot be read.*check that the server runs") as told,
        store.reading() as session,
    ):
        session.connection()
    assert "secret" not in str(told.value)
    store.close()
