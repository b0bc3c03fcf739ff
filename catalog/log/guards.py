"""Triggers that refuse changes to the log: a guard rail against mistakes. The evidence is the tree."""

from sqlalchemy import Connection

from catalog.log.orm import EntryRow, NodeRow, PayloadRow


def guard(connection: Connection) -> None:
    """Let the database refuse UPDATE and DELETE on the log's tables."""
    for table in (EntryRow.__tablename__, PayloadRow.__tablename__, NodeRow.__tablename__):
        for change in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
