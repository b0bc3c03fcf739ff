"""What a job's runs did, folded to the job: so that many runs cost a question no more than one.

As in `orm`, a fact is kept again only when that moves it back in time: whatever the two times of a question, its
first time and its first entry are among the rows. Projections like the others.
"""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, code
from catalog.graph.moment import Moment


class JobFlowRow(Base):
    """A job reads or writes a dataset."""

    __tablename__ = "graph_job_flows"
    __table_args__ = (
        Index("ix_graph_job_flows_dataset", "dataset_id", "direction", "job_id", "seq", "event_time"),
        {"sqlite_with_rowid": False},
    )

    job_id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole, primary_key=True)
    direction: Mapped[str] = mapped_column(code(3), primary_key=True)
    seq: Mapped[int] = mapped_column(Whole, primary_key=True)
    event_time: Mapped[datetime] = mapped_column(Moment)


class JobColumnsRow(Base):
    """A job states a set for a dataset."""

    __tablename__ = "graph_job_columns"
    __table_args__ = (
        Index("ix_graph_job_columns_set", "set_id", "job_id", "dataset_id", "seq", "event_time"),
        {"sqlite_with_rowid": False},
    )

    job_id: Mapped[int] = mapped_column(Whole, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(Whole, primary_key=True)
    set_id: Mapped[int] = mapped_column(Whole, primary_key=True)
    seq: Mapped[int] = mapped_column(Whole, primary_key=True)
    event_time: Mapped[datetime] = mapped_column(Moment)
