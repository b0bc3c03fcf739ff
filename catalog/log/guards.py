"""Triggers that refuse changes to the log: a guard rail against mistakes. The evidence is the tree."""

from collections.abc import Iterator

from sqlalchemy import Connection

from catalog.log.orm import CheckpointRow, EntryRow, NodeRow, PayloadRow

GUARDED = tuple(row.__tablename__ for row in (EntryRow, PayloadRow, NodeRow, CheckpointRow))


def guard(connection: Connection) -> None:
    """Let the database refuse UPDATE, DELETE and, where there is such a thing, TRUNCATE on the log's tables."""
    for statement in _postgresql() if connection.dialect.name == "postgresql" else _sqlite():
        connection.exec_driver_sql(statement)


def _sqlite() -> Iterator[str]:
    for table in GUARDED:
        for change in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE restrict_violation USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    for table in GUARDED:
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_append_only()"
        )
        # Otherwise a session that calls itself a replica would pass.
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change"
