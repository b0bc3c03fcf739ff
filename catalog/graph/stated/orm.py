"""The tables of what is stated outright: which input feeds which output, which job hands data to which; and of what
SQL leaves open. Projections.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, Words, code
from catalog.graph.moment import Moment


class FeedRow(Base):
    """Within a job's run, `source_id` feeds `target_id`; 0: nothing does. What no row of a target names does not.

    `jobless`: the job only stands for a statement about the target.
    """

    __tablename__ = "graph_feeds"
    __table_args__ = (
        Index("ix_graph_feeds_run", "run_id", "target_id", "source_id", "job_id"),
        Index("ix_graph_feeds_job", "job_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    job_id: Mapped[int] = mapped_column(Whole)
    target_id: Mapped[int] = mapped_column(Whole)
    source_id: Mapped[int] = mapped_column(Whole)
    jobless: Mapped[bool]
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class HandRow(Base):
    """A run (or declaration) states that a job hands data to another; runs are 0 where none is named."""

    __tablename__ = "graph_hands"
    __table_args__ = (
        Index("ix_graph_hands_run", "run_id"),
        Index("ix_graph_hands_source", "source_job_id"),
        Index("ix_graph_hands_target", "target_job_id"),
        Index("ix_graph_hands_source_run", "source_run_id"),
        Index("ix_graph_hands_target_run", "target_run_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    source_job_id: Mapped[int] = mapped_column(Whole)
    source_run_id: Mapped[int] = mapped_column(Whole)
    target_job_id: Mapped[int] = mapped_column(Whole)
    target_run_id: Mapped[int] = mapped_column(Whole)
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)


class UnfollowedRow(Base):
    """What the SQL of a run's job does not settle about an output. `body`: JSON pairs of column and reason."""

    __tablename__ = "graph_unfollowed"
    __table_args__ = (
        Index("ix_graph_unfollowed_run", "run_id", "dataset_id", "digest", "seq"),
        Index("ix_graph_unfollowed_dataset", "dataset_id", "job_id", "seq"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    run_id: Mapped[int] = mapped_column(Whole)
    job_id: Mapped[int] = mapped_column(Whole)
    dataset_id: Mapped[int] = mapped_column(Whole)
    digest: Mapped[str] = mapped_column(code(64))
    body: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)
    event_time: Mapped[datetime] = mapped_column(Moment)
