"""The table that says which form the projections have."""

from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, Words


class ProjectionRow(Base):
    """The number of the form that a projection was filled in; no row where it never was."""

    __tablename__ = "projections"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    number: Mapped[int] = mapped_column(Whole)
