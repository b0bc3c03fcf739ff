"""A run's root beside its parent, found by their job too. Filled from the log when opened."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE

revision = "0012_roots"
down_revision = "0011_services"


def upgrade() -> None:
    _parents(sa.Column("root", sa.Boolean(), nullable=False))
    op.create_index("ix_graph_parents_job", "graph_parents", ["parent_job_id", "seq"])


def downgrade() -> None:
    _parents()


def _parents(*more: sa.Column[bool]) -> None:
    op.drop_table("graph_parents")
    op.create_table(
        "graph_parents",
        *(_whole(name) for name in ("id", "run_id", "parent_id", "parent_job_id")),
        *more,
        *(_whole(name) for name in ("seq", "event_time")),
        sa.PrimaryKeyConstraint("id", name="pk_graph_parents"),
    )
    op.create_index("ix_graph_parents_run", "graph_parents", ["run_id", "seq"])
    op.create_index("ix_graph_parents_parent", "graph_parents", ["parent_id", "seq"])


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, WHOLE, nullable=False)
