"""A dataset's newest columns are found by time."""

from alembic import op

revision = "0010_schema_times"
down_revision = "0009_columns_of_sql"


def upgrade() -> None:
    op.drop_index("ix_graph_schemas_dataset_id", "graph_schemas")
    op.create_index("ix_graph_schemas_dataset", "graph_schemas", ["dataset_id", "event_time", "seq"])


def downgrade() -> None:
    op.drop_index("ix_graph_schemas_dataset", "graph_schemas")
    op.create_index("ix_graph_schemas_dataset_id", "graph_schemas", ["dataset_id"])
