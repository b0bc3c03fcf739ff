"""Which form each projection has. Empty at first, so that all are filled from the log when next opened."""

import sqlalchemy as sa
from alembic import op

revision = "0004_projections"
down_revision = "0003_aspects"

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "projections",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", _WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_projections"),
    )


def downgrade() -> None:
    op.drop_table("projections")
