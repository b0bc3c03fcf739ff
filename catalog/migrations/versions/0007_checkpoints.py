"""Every head of the log that was signed and published. Empty at first: heads signed before are in the folder only."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS

revision = "0007_checkpoints"
down_revision = "0006_job_flows"

_TABLE = "log_checkpoints"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("size", WHOLE, autoincrement=False, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_checkpoints"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {_TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_append_only()"
        )
        op.execute(f"ALTER TABLE {_TABLE} ENABLE ALWAYS TRIGGER {_TABLE}_no_change")
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {_TABLE}_no_{change.lower()} BEFORE {change} ON {_TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table(_TABLE)
