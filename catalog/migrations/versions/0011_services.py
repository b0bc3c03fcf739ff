"""Events may leave open whether their job is a service. Filled from the log when opened."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS, code

revision = "0011_services"
down_revision = "0010_schema_times"


def upgrade() -> None:
    _run_events(nullable=True)
    _index("job", "job_id completes event_time seq run_id")
    stated = sa.text("service IS NOT NULL")
    said = ["job_id", "event_time", "seq", "service"]
    name = "ix_graph_run_events_service"
    op.create_index(name, "graph_run_events", said, sqlite_where=stated, postgresql_where=stated)


def downgrade() -> None:
    _run_events(nullable=False)
    _index("job", "job_id completes event_time seq run_id service")


def _run_events(*, nullable: bool) -> None:
    op.drop_table("graph_run_events")
    op.create_table(
        "graph_run_events",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("run_id", WHOLE, nullable=False),
        sa.Column("job_id", WHOLE, nullable=False),
        sa.Column("event_type", code(16), nullable=False),
        sa.Column("event_time", WHOLE, nullable=False),
        sa.Column("completes", sa.Boolean(), nullable=False),
        sa.Column("service", sa.Boolean(), nullable=nullable),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("content", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_graph_run_events"),
    )
    _index("run", "run_id seq")


def _index(name: str, columns: str) -> None:
    op.create_index(f"ix_graph_run_events_{name}", "graph_run_events", columns.split())
