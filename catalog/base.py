"""The one declarative base of the catalog's tables. Mapped classes live in files named `orm.py`."""

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

#: Large whole numbers; on SQLite the type that may be a table's own row number.
Whole = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """All tables of catalog.db, with predictable names for their constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
