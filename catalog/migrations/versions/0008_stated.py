"""What is stated outright: which input feeds which output, which job hands data to which. Filled when opened."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE

revision = "0008_stated"
down_revision = "0007_checkpoints"

_FEEDS = {"run": "run_id target_id source_id job_id", "job": "job_id"}
_HANDS = {
    "run": "run_id",
    "source": "source_job_id",
    "target": "target_job_id",
    "source_run": "source_run_id",
    "target_run": "target_run_id",
}


def upgrade() -> None:
    jobless: sa.Column[bool] = sa.Column("jobless", sa.Boolean(), nullable=False)
    _table("graph_feeds", "run_id job_id target_id source_id", [jobless], _FEEDS)
    _table("graph_hands", "run_id source_job_id source_run_id target_job_id target_run_id", [], _HANDS)


def downgrade() -> None:
    op.drop_table("graph_hands")
    op.drop_table("graph_feeds")


def _table(name: str, numbers: str, more: list[sa.Column[bool]], indexes: dict[str, str]) -> None:
    whole = [sa.Column(column, WHOLE, nullable=False) for column in numbers.split()]
    times = [sa.Column(column, WHOLE, nullable=False) for column in ("seq", "event_time")]
    identity = sa.Column("id", WHOLE, nullable=False)
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    op.create_table(name, identity, *whole, *more, *times, key)
    for index, columns in indexes.items():
        op.create_index(f"ix_{name}_{index}", name, columns.split())
