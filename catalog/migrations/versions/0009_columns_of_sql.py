"""Column lineage that is read from SQL, and where it could not be. Filled from the log when opened."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS, code

revision = "0009_columns_of_sql"
down_revision = "0008_stated"


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False)


def upgrade() -> None:
    op.drop_table("graph_run_columns")
    _run_columns(sa.Column("derived", sa.Boolean(), nullable=False))
    _index("graph_run_columns", "job", "job_id dataset_id event_time seq set_id derived")
    op.create_table(
        "graph_unfollowed",
        *map(_whole, ("id", "run_id", "job_id", "dataset_id")),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("body", WORDS, nullable=False),
        *map(_whole, ("seq", "event_time")),
        sa.PrimaryKeyConstraint("id", name="pk_graph_unfollowed"),
    )
    _index("graph_unfollowed", "run", "run_id dataset_id digest seq")
    _index("graph_unfollowed", "dataset", "dataset_id job_id seq")


def downgrade() -> None:
    op.drop_table("graph_unfollowed")
    op.drop_table("graph_run_columns")
    _run_columns()
    _index("graph_run_columns", "job", "job_id dataset_id event_time seq set_id")


def _run_columns(*more: sa.Column[bool]) -> None:
    op.create_table(
        "graph_run_columns",
        *map(_whole, ("id", "run_id", "job_id", "dataset_id", "version_id", "set_id")),
        *more,
        *map(_whole, ("seq", "event_time")),
        sa.PrimaryKeyConstraint("id", name="pk_graph_run_columns"),
    )
    _index("graph_run_columns", "run", "run_id version_id set_id seq")


def _index(table: str, name: str, columns: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns.split())
