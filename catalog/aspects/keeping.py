"""Put what some entries make of entities into the aspects' tables: many at once, as if one by one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.orm import Session

from catalog.aspects.orm import AspectEventRow, AspectRow
from catalog.bulk import Values, find_rows, insert_rows
from catalog.graph.asked import table_of
from lineage.canonical import sha256

#: Of these aspects, what an event says nothing of stays as it was.
_STAYS = {"datasetProperties": "description", "dataJobInfo": "description"}

_SERIES = ("urn", "aspect", "digest")

#: An entity and the name of its aspect.
Key: TypeAlias = tuple[str, str]


class Made(NamedTuple):
    """An aspect that entry `seq` brings; with a `timestamp` (ms) where the aspect is a series in time."""

    seq: int
    urn: str
    aspect: str
    body: str
    timestamp: int | None


@dataclass(slots=True)
class _Newest:
    """The newest version; `rows` are those that it has in the database so far, itself included."""

    body: str
    seq: int
    stored: bool
    rows: int | None = None


class Kept:
    """All of made, put in the log's order: what is said again changes nothing, what was newest becomes history.

    Made in one transaction and written in another, between which nobody else keeps anything.
    """

    def __init__(self, session: Session, made: Sequence[Made]) -> None:
        connection = session.connection()
        self._series = _new_in_series(connection, [each for each in made if each.timestamp is not None])
        keys = {(each.urn, each.aspect) for each in made if each.timestamp is None}
        self._shelf = _Shelf(connection, keys)
        for each in made:
            if each.timestamp is None:
                self._shelf.put((each.urn, each.aspect), each.body, each.seq)

    def write(self, session: Session) -> None:
        connection = session.connection()
        insert_rows(connection, AspectEventRow, (*_SERIES, "timestamp", "body", "seq"), self._series)
        self._shelf.write(connection)


class _Shelf:
    """The newest versions of some aspects; `put` in the log's order, where they were read; then `write`."""

    def __init__(self, connection: Connection, keys: Iterable[Key]) -> None:
        self._connection = connection
        wanted = [(*key, 0) for key in keys]
        columns = ("urn", "aspect", "version")
        found = find_rows(connection, AspectRow, columns, wanted, ("urn", "aspect", "body", "seq"))
        self._newest = {(urn, name): _Newest(body, seq, stored=True) for urn, name, body, seq in found}
        self._history: list[Values] = []
        self._changed: dict[Key, _Newest] = {}

    def put(self, key: Key, body: str, seq: int) -> None:
        newest = self._newest.get(key)
        if newest is None:
            self._newest[key] = self._changed[key] = _Newest(body, seq, stored=False, rows=1)
            return
        stays = _STAYS.get(key[1])
        if stays is not None and newest.body != body:
            body = _with(stays, body, newest.body)
        if newest.body == body:
            return
        if newest.rows is None:
            newest.rows = 1 + (self._connection.scalar(_LAST, {"urn": key[0], "aspect": key[1]}) or 0)
        self._history.append((*key, newest.rows, newest.body, newest.seq))
        newest.body, newest.seq, newest.rows = body, seq, newest.rows + 1
        self._changed[key] = newest

    def write(self, connection: Connection) -> None:
        new = [(*key, 0, each.body, each.seq) for key, each in self._changed.items() if not each.stored]
        columns = ("urn", "aspect", "version", "body", "seq")
        insert_rows(connection, AspectRow, columns, [*new, *self._history])
        replaced = [
            {"of": urn, "named": name, "now": each.body, "since": each.seq}
            for (urn, name), each in self._changed.items()
            if each.stored
        ]
        if replaced:
            connection.execute(_REPLACE, replaced)


def _new_in_series(connection: Connection, made: Iterable[Made]) -> list[Values]:
    """The rows of values that a series has not got, each once."""
    rows: dict[tuple[str, str, str], Values] = {}
    for each in made:
        key = (each.urn, each.aspect, sha256(each.body.encode()))
        rows.setdefault(key, (*key, each.timestamp, each.body, each.seq))
    there = set(find_rows(connection, AspectEventRow, _SERIES, rows, _SERIES))
    return [row for key, row in rows.items() if key not in there]


def _with(member: str, body: str, before: str) -> str:
    """body with member as it was before, unless body says something of it."""
    said: dict[str, Any] = json.loads(body)
    was: dict[str, Any] = json.loads(before)
    if member in said or member not in was:
        return body
    return json.dumps({**said, member: was[member]}, sort_keys=True, separators=(",", ":"))


_aspect = table_of(AspectRow)
_LAST = select(func.max(_aspect.c.version)).where(
    _aspect.c.urn == bindparam("urn"), _aspect.c.aspect == bindparam("aspect")
)
_REPLACE = (
    update(AspectRow)
    .where(_aspect.c.urn == bindparam("of"), _aspect.c.aspect == bindparam("named"), _aspect.c.version == 0)
    .values(body=bindparam("now"), seq=bindparam("since"))
)
