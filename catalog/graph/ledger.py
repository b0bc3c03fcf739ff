"""What a group of entries states of one kind of fact, and which of it is news. Within the writer's transaction."""

from typing import Any

from sqlalchemy import Connection

from catalog.base import Base
from catalog.bulk import Columns, Values, find_rows, insert_rows


class Ledger:
    """Facts are rows that start with the table's `keys`, the first of which is the row number of its owner.

    A fact is written unless it is known for that time or an earlier one; with `each_time`, unless it is known
    for that very time.
    """

    def __init__(
        self, table: type[Base], keys: Columns, more: Columns = (), *, each_time: bool = False
    ) -> None:
        self._table = table
        self._columns = (*keys, *more, "event_time", "seq")
        self._keys = (*keys, "event_time") if each_time else keys
        self._width = len(keys)
        self._each_time = each_time
        self._stated: list[Values] = []

    def state(self, row: Values, *, event_time: int, seq: int) -> None:
        """Entry seq states row, true from event_time (microseconds since 1970) on. Entries come in order."""
        self._stated.append((*row, event_time, seq))

    def write(self, connection: Connection, *, fresh: set[int]) -> None:
        """Insert what is news. Of owners that are fresh nothing can be known yet."""
        known = self._known(connection, {self._key(row) for row in self._stated if row[0] not in fresh})
        news: list[Values] = []
        for row in self._stated:
            key, event_time = self._key(row), row[-2]
            if known.get(key, event_time + 1) > event_time:
                known[key] = event_time
                news.append(row)
        insert_rows(connection, self._table, self._columns, news)

    def _key(self, row: Values) -> Values:
        key = row[: self._width]
        return (*key, row[-2]) if self._each_time else key

    def _known(self, connection: Connection, keys: set[Values]) -> dict[Values, Any]:
        """The earliest time of each fact that is known."""
        known: dict[Values, int] = {}
        columns = (*self._keys, "event_time")
        for *key, event_time in find_rows(connection, self._table, self._keys, keys, columns):
            fact = tuple(key)
            known[fact] = min(event_time, known.get(fact, event_time))
        return known
