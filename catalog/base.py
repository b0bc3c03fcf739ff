"""The one declarative base of the catalog's tables. Mapped classes live in files named `orm.py`."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

#: Large whole numbers; on SQLite the type that may be a table's own row number.
Whole = BigInteger().with_variant(Integer(), "sqlite")

# PostgreSQL keeps every character but NUL. These two spell it, and themselves, without changing any order.
_KEPT = {"\0": "\1\1", "\1": "\1\2"}
_MEANT = {kept: meant for meant, kept in _KEPT.items()}
_ODD = re.compile("[\0\1]")
_PAIR = re.compile("\1[\1\2]")


class Words(TypeDecorator[str]):
    """Text of any length: any character, in the order of code points, alike on every database."""

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        return Text(collation=collation) if self.length is None else String(self.length, collation=collation)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return keep(value) if value is not None and dialect.name == "postgresql" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return meant(value) if value is not None and dialect.name == "postgresql" else value

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return super().bind_processor(dialect) if dialect.name == "postgresql" else None

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        return super().result_processor(dialect, coltype) if dialect.name == "postgresql" else None


def keep(text: str) -> str:
    """Text as PostgreSQL can keep it: without NUL, ordered as before."""
    return _ODD.sub(lambda found: _KEPT[found[0]], text) if "\0" in text or "\1" in text else text


def meant(kept: str) -> str:
    """The text that `keep` was given."""
    return _PAIR.sub(lambda found: _MEANT[found[0]], kept) if "\1" in kept else kept


def code(length: int) -> Words:
    """Text of a fixed form, such as a digest or a UUID."""
    return Words(length)


class Base(DeclarativeBase):
    """All tables of the catalog, with predictable names for their constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
