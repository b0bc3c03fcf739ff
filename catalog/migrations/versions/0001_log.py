"""The log, its Merkle nodes, and the actors."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS, code

revision = "0001_log"
down_revision = None

_GUARDED = ("log_entries", "log_payloads", "log_nodes")


def upgrade() -> None:
    op.create_table(
        "log_entries",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("event_id", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("producer", WORDS, nullable=False),
        sa.Column("producer_seq", WHOLE, nullable=True),
        sa.Column("recorded_at", code(27), nullable=False),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("payload_sha256", code(64), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log_entries"),
        sa.UniqueConstraint("recorded_at", name="uq_log_entries_recorded_at"),
    )
    op.create_index("ux_log_entries_event", "log_entries", ["kind", "event_id"], unique=True)
    op.create_index("ix_log_entries_kind", "log_entries", ["kind", "seq"])
    op.create_index("ix_log_entries_producer", "log_entries", ["producer", "producer_seq"])
    op.create_table(
        "log_payloads",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_log_payloads"),
        sa.ForeignKeyConstraint(["seq"], ["log_entries.seq"], name="fk_log_payloads_seq"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name="pk_log_nodes"),
        sqlite_with_rowid=False,
    )
    _actors()
    _guard_postgresql() if op.get_bind().dialect.name == "postgresql" else _guard_sqlite()


def _guard_sqlite() -> None:
    for table in _GUARDED:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE restrict_violation USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    for table in _GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION log_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")


def _actors() -> None:
    op.create_table(
        "actors",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("added_seq", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_actors"),
    )
    op.create_table(
        "actor_tokens",
        sa.Column("token_sha256", code(64), nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("issued_seq", WHOLE, nullable=False),
        sa.Column("revoked_seq", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_actor_tokens"),
        sa.ForeignKeyConstraint(["name"], ["actors.name"], name="fk_actor_tokens_name"),
    )
    op.create_index("ix_actor_tokens_name", "actor_tokens", ["name"])


def downgrade() -> None:
    for table in ("actor_tokens", "actors", "log_nodes", "log_payloads", "log_entries"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION log_append_only()")
