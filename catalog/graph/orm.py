"""The graph's tables. All of them are projections: dropped and rebuilt from the log.

A fact's row says which entry stated it (`seq`) and when it was so (`event_time`). The same fact stated again
is kept only when that moves it back in time, so at any log size the earliest visible time is right.
"""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, Words, code
from catalog.graph.moment import Moment


class StatementRow(Base):
    """One event as it reached the graph, whatever its kind."""

    __tablename__ = "graph_statements"

    seq: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    event_time: Mapped[datetime] = mapped_column(Moment)


class DatasetRow(Base):
    __tablename__ = "graph_datasets"
    __table_args__ = (Index("ux_graph_datasets_name", "namespace", "name", unique=True),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    namespace: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)


class VersionRow(Base):
    """A dataset at a version; `version` NULL is the dataset at a version nobody declared.

    `number` is the version where it counts up (a Delta version), so that the next one can be found.
    """

    __tablename__ = "graph_versions"
    __table_args__ = (
        Index("ux_graph_versions_version", "dataset_id", "version", unique=True),
        Index("ix_graph_versions_number", "dataset_id", "number"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole)
    version: Mapped[str | None] = mapped_column(Words)
    number: Mapped[int | None] = mapped_column(Whole)
    seq: Mapped[int] = mapped_column(Whole)


class JobRow(Base):
    __tablename__ = "graph_jobs"
    __table_args__ = (Index("ux_graph_jobs_name", "namespace", "name", unique=True),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    namespace: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)


class RunRow(Base):
    """A run, or (`declared`) a job event, which states a job's inputs and outputs without running."""

    __tablename__ = "graph_runs"
    __table_args__ = (Index("ux_graph_runs_uuid", "uuid", unique=True),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    uuid: Mapped[str] = mapped_column(code(36))
    declared: Mapped[bool]
    seq: Mapped[int] = mapped_column(Whole)


class RunEventRow(Base):
    """One event of a run with its facets, from which the run at any two times is folded.

    `completes`: it ends the run well, or declares the job; `service`: it says that the job is a service, or
    that it is none.
    """

    __tablename__ = "graph_run_events"
    __table_args__ = (
        Index("ix_graph_run_events_run", "run_id", "seq"),
        Index("ix_graph_run_events_job", "job_id", "completes", "event_time", "seq", "run_id"),
        Index(
            "ix_graph_run_events_service",
            *("job_id", "event_time", "seq", "service"),
            sqlite_where=text("service IS NOT NULL"),
            postgresql_where=text("service IS NOT NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(Whole)
    job_id: Mapped[int] = mapped_column(Whole)
    event_type: Mapped[str] = mapped_column(code(16))
    event_time: Mapped[datetime] = mapped_column(Moment)
    completes: Mapped[bool]
    service: Mapped[bool | None]
    actor: Mapped[str] = mapped_column(Words)
    content: Mapped[str] = mapped_column(Words)


class FlowRow(Base):
    """A run reads (`direction` in) or writes (out) a dataset version.

    What was written stands on the version before it (`previous_id`), unless it replaced all (`alone`).
    """

    __tablename__ = "graph_flows"
    __table_args__ = (
        Index("ix_graph_flows_run", "run_id", "version_id", "direction", "seq"),
        Index("ix_graph_flows_version", "version_id", "direction", "seq"),
        Index("ix_graph_flows_previous", "previous_id"),
        Index("ix_graph_flows_job", "job_id", "event_time"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    job_id: Mapped[int] = mapped_column(Whole)
    dataset_id: Mapped[int] = mapped_column(Whole)
    version_id: Mapped[int] = mapped_column(Whole)
    previous_id: Mapped[int | None] = mapped_column(Whole)
    direction: Mapped[str] = mapped_column(code(3))
    alone: Mapped[bool]
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class ParentRow(Base):
    """A run belongs to another, or (`root`) in the end does; that may never state itself, so its job is kept here."""

    __tablename__ = "graph_parents"
    __table_args__ = (
        Index("ix_graph_parents_run", "run_id", "seq"),
        Index("ix_graph_parents_parent", "parent_id", "seq"),
        Index("ix_graph_parents_job", "parent_job_id", "seq"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    parent_id: Mapped[int] = mapped_column(Whole)
    parent_job_id: Mapped[int] = mapped_column(Whole)
    root: Mapped[bool]
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class SupersessionRow(Base):
    """A run states that a slice of a version is no longer what is believed."""

    __tablename__ = "graph_supersessions"
    __table_args__ = (Index("ix_graph_supersessions_run", "run_id", "dataset_id", "seq"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    dataset_id: Mapped[int] = mapped_column(Whole)
    version_id: Mapped[int] = mapped_column(Whole)
    predicate: Mapped[str] = mapped_column(Words)
    because: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class FindingRow(Base):
    """Something wrong, as a run stated it. `body` is the finding's canonical JSON."""

    __tablename__ = "graph_findings"
    __table_args__ = (Index("ix_graph_findings_run", "run_id", "digest", "seq"),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    digest: Mapped[str] = mapped_column(code(64))
    body: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class FieldsRow(Base):
    """A list of columns, in order, as JSON pairs of name and type; equal schemas share it."""

    __tablename__ = "graph_fields"

    digest: Mapped[str] = mapped_column(code(64), primary_key=True)
    body: Mapped[str] = mapped_column(Words)


class SchemaRow(Base):
    """The columns of a dataset version. Where no version is known, every change in time is kept."""

    __tablename__ = "graph_schemas"
    __table_args__ = (
        Index("ix_graph_schemas_version", "version_id", "digest", "seq"),
        Index("ix_graph_schemas_dataset", "dataset_id", "event_time", "seq"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole)
    version_id: Mapped[int] = mapped_column(Whole)
    digest: Mapped[str] = mapped_column(code(64))
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class SymlinkRow(Base):
    """Another name of a dataset, as a producer stated it."""

    __tablename__ = "graph_symlinks"
    __table_args__ = (
        Index("ix_graph_symlinks_dataset", "dataset_id", "seq"),
        Index("ix_graph_symlinks_other", "namespace", "name"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole)
    namespace: Mapped[str] = mapped_column(Words)
    name: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class ColumnRow(Base):
    __tablename__ = "graph_columns"
    __table_args__ = (Index("ux_graph_columns_name", "dataset_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole)
    name: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)


class ColumnSetRow(Base):
    """The column lineage of one output dataset, by the digest of what it says."""

    __tablename__ = "graph_column_sets"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    digest: Mapped[str] = mapped_column(code(64), unique=True)


class ColumnMemberRow(Base):
    """A column of a set's output dataset."""

    __tablename__ = "graph_column_members"
    __table_args__ = (Index("ix_graph_column_members_column", "column_id"),)

    set_id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    column_id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)


class ColumnEdgeRow(Base):
    """A column derives from another; `target_id` NULL: each column of the output does (a filter, a join)."""

    __tablename__ = "graph_column_edges"
    __table_args__ = (
        Index("ix_graph_column_edges_source", "source_id", "set_id"),
        Index("ix_graph_column_edges_target", "target_id", "set_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    set_id: Mapped[int] = mapped_column(Whole)
    source_id: Mapped[int] = mapped_column(Whole)
    target_id: Mapped[int | None] = mapped_column(Whole)
    transformation: Mapped[str] = mapped_column(Words)


class RunColumnsRow(Base):
    """A run stated a set for a version it wrote. `derived`: we read it from its job's SQL."""

    __tablename__ = "graph_run_columns"
    __table_args__ = (
        Index("ix_graph_run_columns_run", "run_id", "version_id", "set_id", "seq"),
        Index("ix_graph_run_columns_job", "job_id", "dataset_id", "event_time", "seq", "set_id", "derived"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    job_id: Mapped[int] = mapped_column(Whole)
    dataset_id: Mapped[int] = mapped_column(Whole)
    version_id: Mapped[int] = mapped_column(Whole)
    set_id: Mapped[int] = mapped_column(Whole)
    derived: Mapped[bool]
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)
