"""What can go wrong with tables and keys, and the one place where delta-rs's errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from deltalake.exceptions import DeltaError, SchemaMismatchError, TableNotFoundError

from lineage.errors import BadInput, Fault, NotFound, Refused
from lineage.names import TableName


class NoSuchTable(NotFound):
    """The lake has no table of this name."""


class NoSuchVersion(NotFound):
    """The table exists, but not at this version."""


class BadQuery(BadInput):
    """Columns or a condition the table cannot answer."""


class SchemaMismatch(BadInput):
    """Data or a declaration that does not fit the table."""


class Contended(Refused):
    """Other writers kept winning; nothing was written."""


class DamagedTable(Fault):
    """The table's log or one of its data files is gone or unreadable."""


class NoEngine(Fault):
    """Spark cannot start here: no Java 17 or newer, or no jars."""


class NoSuchSubject(NotFound):
    """The vault never knew this subject."""


class Erased(Refused):
    """The subject's key was destroyed: what it encrypted can never be read again."""


class BadCiphertext(Refused):
    """Altered bytes, or bytes of another subject or another column."""


class VaultUnusable(Fault):
    """The vault's file or its master key is missing, foreign or unreadable."""


@contextmanager
def translated(table: TableName, *, doing: str) -> Iterator[None]:
    """Turn what delta-rs raises into our errors. `doing` completes 'could not … <table>'.

    The engine's text is cut to its first line: further lines are stack frames, or previews of rows.
    """
    try:
        yield
    except TableNotFoundError as error:
        raise NoSuchTable(
            f"{table} is not in the lake", next_move="list the tables with `lakeproof tables`"
        ) from error
    except SchemaMismatchError as error:
        raise SchemaMismatch(
            f"the data does not fit {table}: {first_line(error)}",
            next_move=f"compare it with `lakeproof history {table}`",
        ) from error
    except (DeltaError, OSError) as error:
        raise _told(table, doing, error) from error
    except Exception as error:
        # delta-rs raises bare Exception for trouble inside its query engine; anything else is a bug of ours.
        if type(error) is not Exception:
            raise
        raise _told(table, doing, error) from error


def first_line(error: BaseException) -> str:
    """The first line of the error's text, at most 300 characters."""
    return str(error).partition("\n")[0][:300]


def _told(table: TableName, doing: str, error: BaseException) -> BadInput | Fault:
    text = first_line(error)
    if text.startswith(("Schema error", "SQL error", "Error during planning", "Arrow error: Cast")):
        return BadQuery(
            f"could not {doing} {table}: {text}",
            next_move="name columns as the table has them, conditions as SQL",
        )
    return DamagedTable(
        f"could not {doing} {table}: {text}",
        next_move="the table's files were changed from outside; restore them from a backup of the home",
    )
