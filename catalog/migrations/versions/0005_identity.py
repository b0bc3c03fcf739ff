"""Which datasets are one, and the rules of names. Projections, so that going back only drops them."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS

revision = "0005_identity"
down_revision = "0004_projections"


def upgrade() -> None:
    op.create_table(
        "graph_aliases",
        sa.Column("dataset_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.Column("group_id", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", "seq", name="pk_graph_aliases"),
    )
    op.create_index("ix_graph_aliases_group", "graph_aliases", ["group_id", "until", "seq", "dataset_id"])
    op.create_table(
        "graph_rules",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_graph_rules"),
    )


def downgrade() -> None:
    for table in ("graph_rules", "graph_aliases"):
        op.drop_table(table)
