"""The graph: runs, flows, columns, findings. All projections, so that going back only drops them."""

import sqlalchemy as sa
from alembic import op

from catalog.migrations.types import WHOLE, WORDS, code

revision = "0002_graph"
down_revision = "0001_log"

_TABLES = (
    "column_edges column_members column_sets columns datasets fields findings flows jobs "
    "parents run_columns run_events runs schemas statements supersessions symlinks versions"
)


def _whole(name: str) -> "sa.Column[int]":
    return sa.Column(name, WHOLE, nullable=False)


def upgrade() -> None:
    _column_edges()
    _column_members()
    _column_sets()
    _columns()
    _datasets()
    _fields()
    _findings()
    _flows()
    _jobs()
    _parents()
    _run_columns()
    _run_events()
    _runs()
    _schemas()
    _statements()
    _supersessions()
    _symlinks()
    _versions()


def downgrade() -> None:
    for table in _TABLES.split():
        op.drop_table(f"graph_{table}")


def _column_edges() -> None:
    op.create_table(
        "graph_column_edges",
        _whole("id"),
        _whole("set_id"),
        _whole("source_id"),
        sa.Column("target_id", WHOLE, nullable=True),
        sa.Column("transformation", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_graph_column_edges"),
    )
    op.create_index("ix_graph_column_edges_source", "graph_column_edges", ["source_id", "set_id"])
    op.create_index("ix_graph_column_edges_target", "graph_column_edges", ["set_id", "target_id"])


def _column_members() -> None:
    op.create_table(
        "graph_column_members",
        sa.Column("set_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("column_id", WHOLE, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("set_id", "column_id", name="pk_graph_column_members"),
    )
    op.create_index("ix_graph_column_members_column", "graph_column_members", ["column_id"])


def _column_sets() -> None:
    op.create_table(
        "graph_column_sets",
        _whole("id"),
        sa.Column("digest", code(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_graph_column_sets"),
        sa.UniqueConstraint("digest", name="uq_graph_column_sets_digest"),
    )


def _columns() -> None:
    op.create_table(
        "graph_columns",
        _whole("id"),
        _whole("dataset_id"),
        sa.Column("name", WORDS, nullable=False),
        _whole("seq"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_columns"),
    )
    op.create_index("ux_graph_columns_name", "graph_columns", ["dataset_id", "name"], unique=True)


def _datasets() -> None:
    op.create_table(
        "graph_datasets",
        _whole("id"),
        sa.Column("namespace", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        _whole("seq"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_datasets"),
    )
    op.create_index("ux_graph_datasets_name", "graph_datasets", ["namespace", "name"], unique=True)


def _fields() -> None:
    op.create_table(
        "graph_fields",
        sa.Column("digest", code(64), nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_graph_fields"),
    )


def _findings() -> None:
    op.create_table(
        "graph_findings",
        _whole("id"),
        _whole("run_id"),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("body", WORDS, nullable=False),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_findings"),
    )
    op.create_index("ix_graph_findings_run", "graph_findings", ["run_id", "digest", "seq"])


def _flows() -> None:
    op.create_table(
        "graph_flows",
        _whole("id"),
        _whole("run_id"),
        _whole("job_id"),
        _whole("dataset_id"),
        _whole("version_id"),
        sa.Column("previous_id", WHOLE, nullable=True),
        sa.Column("direction", code(3), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_flows"),
    )
    op.create_index("ix_graph_flows_dataset", "graph_flows", ["dataset_id", "direction", "job_id"])
    op.create_index("ix_graph_flows_job", "graph_flows", ["job_id", "event_time"])
    op.create_index("ix_graph_flows_previous", "graph_flows", ["previous_id"])
    op.create_index("ix_graph_flows_run", "graph_flows", ["run_id", "version_id", "direction", "seq"])
    op.create_index("ix_graph_flows_version", "graph_flows", ["version_id", "direction", "seq"])


def _jobs() -> None:
    op.create_table(
        "graph_jobs",
        _whole("id"),
        sa.Column("namespace", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        _whole("seq"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_jobs"),
    )
    op.create_index("ux_graph_jobs_name", "graph_jobs", ["namespace", "name"], unique=True)


def _parents() -> None:
    op.create_table(
        "graph_parents",
        _whole("id"),
        _whole("run_id"),
        _whole("parent_id"),
        _whole("parent_job_id"),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_parents"),
    )
    op.create_index("ix_graph_parents_parent", "graph_parents", ["parent_id", "seq"])
    op.create_index("ix_graph_parents_run", "graph_parents", ["run_id", "seq"])


def _run_columns() -> None:
    op.create_table(
        "graph_run_columns",
        _whole("id"),
        _whole("run_id"),
        _whole("job_id"),
        _whole("dataset_id"),
        _whole("version_id"),
        _whole("set_id"),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_run_columns"),
    )
    op.create_index("ix_graph_run_columns_dataset", "graph_run_columns", ["dataset_id", "job_id", "set_id"])
    op.create_index(
        "ix_graph_run_columns_run", "graph_run_columns", ["run_id", "version_id", "set_id", "seq"]
    )
    op.create_index("ix_graph_run_columns_set", "graph_run_columns", ["set_id"])


def _run_events() -> None:
    op.create_table(
        "graph_run_events",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        _whole("run_id"),
        _whole("job_id"),
        sa.Column("event_type", code(16), nullable=False),
        _whole("event_time"),
        sa.Column("actor", WORDS, nullable=False),
        sa.Column("content", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_graph_run_events"),
    )
    op.create_index("ix_graph_run_events_job", "graph_run_events", ["job_id", "event_type", "event_time"])
    op.create_index("ix_graph_run_events_run", "graph_run_events", ["run_id", "seq"])


def _runs() -> None:
    op.create_table(
        "graph_runs",
        _whole("id"),
        sa.Column("uuid", code(36), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        _whole("seq"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_runs"),
    )
    op.create_index("ux_graph_runs_uuid", "graph_runs", ["uuid"], unique=True)


def _schemas() -> None:
    op.create_table(
        "graph_schemas",
        _whole("id"),
        _whole("dataset_id"),
        _whole("version_id"),
        sa.Column("digest", code(64), nullable=False),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_schemas"),
    )
    op.create_index(("ix_graph_schemas_dataset_id"), "graph_schemas", ["dataset_id"])
    op.create_index("ix_graph_schemas_version", "graph_schemas", ["version_id", "digest", "seq"])


def _statements() -> None:
    op.create_table(
        "graph_statements",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        _whole("recorded_at"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("seq", name="pk_graph_statements"),
    )


def _supersessions() -> None:
    op.create_table(
        "graph_supersessions",
        _whole("id"),
        _whole("run_id"),
        _whole("dataset_id"),
        _whole("version_id"),
        sa.Column("predicate", WORDS, nullable=False),
        sa.Column("because", WORDS, nullable=False),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_supersessions"),
    )
    op.create_index("ix_graph_supersessions_run", "graph_supersessions", ["run_id", "dataset_id", "seq"])


def _symlinks() -> None:
    op.create_table(
        "graph_symlinks",
        _whole("id"),
        _whole("dataset_id"),
        sa.Column("namespace", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        _whole("seq"),
        _whole("event_time"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_symlinks"),
    )
    op.create_index("ix_graph_symlinks_dataset", "graph_symlinks", ["dataset_id", "seq"])
    op.create_index("ix_graph_symlinks_other", "graph_symlinks", ["namespace", "name"])


def _versions() -> None:
    op.create_table(
        "graph_versions",
        _whole("id"),
        _whole("dataset_id"),
        sa.Column("version", WORDS, nullable=True),
        sa.Column("number", WHOLE, nullable=True),
        _whole("seq"),
        sa.PrimaryKeyConstraint("id", name="pk_graph_versions"),
    )
    op.create_index("ix_graph_versions_number", "graph_versions", ["dataset_id", "number"])
    op.create_index("ux_graph_versions_version", "graph_versions", ["dataset_id", "version"], unique=True)
