"""Which datasets are one, and since which entry; and the rules of names. Projections like the graph's other tables."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, Words

#: What `until` holds while nothing has ended it; above every log number.
OPEN = 2**53 - 1


class AliasRow(Base):
    """A dataset belongs to a group of names for one thing: from the entry `seq` until another took it elsewhere.

    Known at a log of n entries: `seq` < n <= `until` … a dataset without a row is alone.
    """

    __tablename__ = "graph_aliases"
    __table_args__ = (Index("ix_graph_aliases_group", "group_id", "until", "seq", "dataset_id"),)

    dataset_id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    until: Mapped[int] = mapped_column(Whole)
    group_id: Mapped[int] = mapped_column(Whole)


class RulesRow(Base):
    """The rules of names that hold after the entry `seq`, as JSON."""

    __tablename__ = "graph_rules"

    seq: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Words)
