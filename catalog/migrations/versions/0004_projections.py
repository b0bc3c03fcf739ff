"""Which form each projection has. Empty at first, so that all are filled from the log when next opened."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS

revision = "0004_projections"
down_revision = "0003_aspects"


def upgrade() -> None:
    op.create_table(
        "projections",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_projections"),
    )


def downgrade() -> None:
    op.drop_table("projections")
