"""Statements made once and run at two times: making one costs more than running it.

A statement names the two times by `seen`, and the row numbers it is asked about by `NUMBERS`.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, and_, bindparam
from sqlalchemy.orm import DeclarativeBase, Session

from catalog.graph.moment import Moment
from lineage.times import Instants

#: Row numbers in one statement; every database takes so many.
AT_ONCE = 4_000

NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
AS_OF: BindParameter[Any] = bindparam("as_of", type_=Moment)
LOG_SIZE: BindParameter[Any] = bindparam("log_size")


def table_of(row: type[DeclarativeBase]) -> FromClause:
    """The table behind a mapped class: its columns make statements without the mapping's cost."""
    return row.__table__


def seen(table: FromClause) -> ColumnElement[bool]:
    """The condition that a fact's row was known and true at the two times asked about."""
    return and_(table.c.seq < LOG_SIZE, table.c.event_time <= AS_OF)


class Asked:
    """The two times of one question, over one snapshot; None for statements that name no times."""

    def __init__(self, session: Session, at: Instants | None = None) -> None:
        self._session = session
        self._times = {} if at is None else {"as_of": at.as_of, "log_size": at.log_size}

    def rows(self, statement: Select[Any], numbers: Iterable[int]) -> list[Any]:
        """All rows of a statement over NUMBERS, in batches; none for no numbers."""
        listed = sorted(set(numbers))
        found: list[Any] = []
        connection = self._session.connection()
        for start in range(0, len(listed), AT_ONCE):
            batch = listed[start : start + AT_ONCE]
            found += connection.execute(statement, {"numbers": batch, **self._times}).all()
        return found
