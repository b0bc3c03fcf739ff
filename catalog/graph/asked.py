"""Statements made once and run at two times: making one costs more than running it.

A statement names the two times by `seen`, and the row numbers it is asked about by `among`.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, and_, bindparam
from sqlalchemy.orm import DeclarativeBase, Session

from catalog.graph.moment import Moment
from catalog.prepared import Among, Numbers, run
from lineage.times import Instants

#: Row numbers in one statement; every database takes so many.
AT_ONCE = 4_000

# Not required of SQLAlchemy, which would want their values to spell out lists; `run` wants them itself.
AS_OF: BindParameter[Any] = bindparam("as_of", type_=Moment, required=False)
LOG_SIZE: BindParameter[Any] = bindparam("log_size", required=False)
_NUMBERS: BindParameter[Any] = bindparam("numbers", type_=Numbers, required=False)


def table_of(row: type[DeclarativeBase]) -> FromClause:
    """The table behind a mapped class: its columns make statements without the mapping's cost."""
    return row.__table__


def seen(table: FromClause) -> ColumnElement[bool]:
    """The condition that a fact's row was known and true at the two times asked about."""
    return and_(table.c.seq < LOG_SIZE, table.c.event_time <= AS_OF)


def among(column: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a row number is one of those asked about."""
    return Among(column, _NUMBERS)


class Asked:
    """The two times of one question, over one snapshot; None for statements that name no times."""

    def __init__(self, session: Session, at: Instants | None = None) -> None:
        self._connection = session.connection()
        self._times = {} if at is None else {"as_of": at.as_of, "log_size": at.log_size}

    def rows(self, statement: Select[Any], numbers: Iterable[int], **given: Any) -> list[tuple[Any, ...]]:
        """All rows of a statement about numbers, in batches; none for no numbers. `given`: its other parameters."""
        listed = sorted(set(numbers))
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(listed), AT_ONCE):
            batch = listed[start : start + AT_ONCE]
            found += run(self._connection, statement, {**given, "numbers": batch}, at_hand=self._times)
        return found
