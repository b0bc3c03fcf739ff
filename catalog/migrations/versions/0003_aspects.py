"""The DataHub aspects. A projection, so that going back only drops them."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS, code

revision = "0003_aspects"
down_revision = "0002_graph"


def upgrade() -> None:
    op.create_table(
        "aspects",
        sa.Column("urn", WORDS, nullable=False),
        sa.Column("aspect", WORDS, nullable=False),
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("urn", "aspect", "version", name="pk_aspects"),
    )
    op.create_table(
        "aspect_events",
        sa.Column("urn", WORDS, nullable=False),
        sa.Column("aspect", WORDS, nullable=False),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("timestamp", WHOLE, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("urn", "aspect", "digest", name="pk_aspect_events"),
    )
    op.create_table(
        "aspect_position",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_aspect_position"),
    )


def downgrade() -> None:
    for table in ("aspect_position", "aspect_events", "aspects"):
        op.drop_table(table)
