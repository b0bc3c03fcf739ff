"""The aspects' tables, as DataHub's metadata service keeps them. Projections: rebuilt from the log."""

from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, Words, code


class AspectRow(Base):
    """An aspect of an entity. Version 0 is the newest, 1 to n are its history, oldest first.

    `seq` is the log entry that brought it.
    """

    __tablename__ = "aspects"

    urn: Mapped[str] = mapped_column(Words, primary_key=True)
    aspect: Mapped[str] = mapped_column(Words, primary_key=True)
    version: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)


class AspectEventRow(Base):
    """An aspect that is a series in time: run events and assertion results."""

    __tablename__ = "aspect_events"

    urn: Mapped[str] = mapped_column(Words, primary_key=True)
    aspect: Mapped[str] = mapped_column(Words, primary_key=True)
    digest: Mapped[str] = mapped_column(code(64), primary_key=True)
    timestamp: Mapped[int] = mapped_column(Whole)
    body: Mapped[str] = mapped_column(Words)
    seq: Mapped[int] = mapped_column(Whole)


class AspectPositionRow(Base):
    """How many entries of the log the aspects have seen. One row."""

    __tablename__ = "aspect_position"

    id: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Whole)
