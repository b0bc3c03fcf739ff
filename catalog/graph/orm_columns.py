"""The graph's tables of columns. Equal column lineages of many runs share one set of edges."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole
from catalog.graph.orm import Moment


class ColumnRow(Base):
    __tablename__ = "graph_columns"
    __table_args__ = (Index("ux_graph_columns_name", "dataset_id", "name", unique=True),)

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole)
    name: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(Whole)


class ColumnSetRow(Base):
    """The column lineage of one output dataset, by the digest of what it says."""

    __tablename__ = "graph_column_sets"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)


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
        Index("ix_graph_column_edges_target", "set_id", "target_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    set_id: Mapped[int] = mapped_column(Whole)
    source_id: Mapped[int] = mapped_column(Whole)
    target_id: Mapped[int | None] = mapped_column(Whole)
    transformation: Mapped[str] = mapped_column(Text)


class RunColumnsRow(Base):
    """A run stated a set for a version it wrote."""

    __tablename__ = "graph_run_columns"
    __table_args__ = (
        Index("ix_graph_run_columns_run", "run_id", "version_id", "set_id", "seq"),
        Index("ix_graph_run_columns_set", "set_id"),
        Index("ix_graph_run_columns_dataset", "dataset_id", "job_id", "set_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    job_id: Mapped[int] = mapped_column(Whole)
    dataset_id: Mapped[int] = mapped_column(Whole)
    version_id: Mapped[int] = mapped_column(Whole)
    set_id: Mapped[int] = mapped_column(Whole)
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)
