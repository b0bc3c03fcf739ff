"""The DataHub aspects. A projection, so that going back only drops them."""

import sqlalchemy as sa
from alembic import op

revision = "0003_aspects"
down_revision = "0002_graph"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "aspects",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("version", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seq", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("urn", "aspect", "version", name="pk_aspects"),
    )
    op.create_table(
        "aspect_events",
        sa.Column("urn", sa.Text(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("timestamp", _WHOLE, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seq", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("urn", "aspect", "digest", name="pk_aspect_events"),
    )
    op.create_table(
        "aspect_position",
        sa.Column("id", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_aspect_position"),
    )


def downgrade() -> None:
    for table in ("aspect_position", "aspect_events", "aspects"):
        op.drop_table(table)
