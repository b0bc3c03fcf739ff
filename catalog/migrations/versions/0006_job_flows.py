"""What a job's runs did, folded to the job; events say whether they complete a run. Filled from the log when opened."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS, code

revision = "0006_job_flows"
down_revision = "0005_identity"


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False)


def upgrade() -> None:
    op.drop_table("graph_run_events")
    _run_events(
        sa.Column("completes", sa.Boolean(), nullable=False),
        sa.Column("service", sa.Boolean(), nullable=False),
    )
    _index("graph_run_events", "job", "job_id completes event_time seq run_id service")
    op.drop_index("ix_graph_flows_dataset", "graph_flows")
    op.drop_index("ix_graph_run_columns_set", "graph_run_columns")
    op.drop_index("ix_graph_run_columns_dataset", "graph_run_columns")
    _index("graph_run_columns", "job", "job_id dataset_id event_time seq set_id")
    op.drop_index("ix_graph_column_edges_target", "graph_column_edges")
    _index("graph_column_edges", "target", "target_id set_id")
    _folded("graph_job_flows", sa.Column("direction", code(3), nullable=False))
    _index("graph_job_flows", "dataset", "dataset_id direction job_id seq event_time")
    _folded("graph_job_columns", _whole("set_id"))
    _index("graph_job_columns", "set", "set_id job_id dataset_id seq event_time")


def downgrade() -> None:
    op.drop_table("graph_job_columns")
    op.drop_table("graph_job_flows")
    op.drop_index("ix_graph_column_edges_target", "graph_column_edges")
    _index("graph_column_edges", "target", "set_id target_id")
    op.drop_index("ix_graph_run_columns_job", "graph_run_columns")
    _index("graph_run_columns", "dataset", "dataset_id job_id set_id")
    _index("graph_run_columns", "set", "set_id")
    _index("graph_flows", "dataset", "dataset_id direction job_id")
    op.drop_table("graph_run_events")
    _run_events()
    _index("graph_run_events", "job", "job_id event_type event_time")


def _run_events(*more: sa.Column[bool]) -> None:
    op.create_table(
        "graph_run_events",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        _whole("run_id"),
        _whole("job_id"),
        sa.Column("event_type", code(16), nullable=False),
        _whole("event_time"),
        *more,
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("content", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_graph_run_events"),
    )
    _index("graph_run_events", "run", "run_id seq")


def _folded(name: str, third: sa.Column[str] | sa.Column[int]) -> None:
    op.create_table(
        name,
        _whole("job_id"),
        _whole("dataset_id"),
        third,
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("job_id", "dataset_id", third.name, "seq", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )


def _index(table: str, name: str, columns: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns.split())
