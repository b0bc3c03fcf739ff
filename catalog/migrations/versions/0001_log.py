"""The log, its Merkle nodes, and the actors."""

import sqlalchemy as sa
from alembic import op

revision = "0001_log"
down_revision = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARDED = ("log_entries", "log_payloads", "log_nodes")


def upgrade() -> None:
    op.create_table(
        "log_entries",
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("producer_seq", _WHOLE, nullable=True),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("payload_sha256", sa.String(64), nullable=False),
        sa.Column("size", _WHOLE, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log_entries"),
        sa.UniqueConstraint("recorded_at", name="uq_log_entries_recorded_at"),
    )
    op.create_index("ux_log_entries_event", "log_entries", ["kind", "event_id"], unique=True)
    op.create_index("ix_log_entries_kind", "log_entries", ["kind", "seq"])
    op.create_index("ix_log_entries_producer", "log_entries", ["producer", "producer_seq"])
    op.create_table(
        "log_payloads",
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log_payloads"),
        sa.ForeignKeyConstraint(["seq"], ["log_entries.seq"], name="fk_log_payloads_seq"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name="pk_log_nodes"),
        sqlite_with_rowid=False,
    )
    _actors()
    for table in _GUARDED:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _actors() -> None:
    op.create_table(
        "actors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_seq", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_actors"),
    )
    op.create_table(
        "actor_tokens",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issued_seq", _WHOLE, nullable=False),
        sa.Column("revoked_seq", _WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_actor_tokens"),
        sa.ForeignKeyConstraint(["name"], ["actors.name"], name="fk_actor_tokens_name"),
    )
    op.create_index("ix_actor_tokens_name", "actor_tokens", ["name"])


def downgrade() -> None:
    for table in ("actor_tokens", "actors", "log_nodes", "log_payloads", "log_entries"):
        op.drop_table(table)
