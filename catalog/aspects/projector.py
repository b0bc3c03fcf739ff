"""Follow the log and keep DataHub's aspects: behind it, at its own pace, and a function of the log alone."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.aspects.keeping import Kept, Made
from catalog.aspects.meant import meant_by
from catalog.aspects.orm import AspectEventRow, AspectPositionRow, AspectRow
from catalog.graph.rebuild import KIND
from catalog.graph.starts import Start
from catalog.log import rows
from catalog.log.entry import Entry
from catalog.log.orm import EntryRow
from catalog.store import Store
from lineage.openlineage.logged import parse_logged
from lineage.times import Instants

#: Raised whenever the aspects' tables, or what is projected into them, change: opening then starts them afresh.
PROJECTION = 4

#: An entity with a longer urn has no aspects: no index would take it, and DataHub itself stops at 512 bytes.
_LONGEST = 2_000

_BATCH = 50  # entries whose aspects are written in one transaction


class Aspects:
    """The aspects of one catalog. `project` may run in several threads or processes: one of them gets ahead."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lag(self) -> int:
        """How many entries of the log the aspects have not seen."""
        with self._store.reading() as session:
            return rows.size_of(session) - _position(session)

    def project(self, upto: int | None = None) -> int:
        """Catch up with the log, or with its first upto entries. Returns how many entries were worked through."""
        done = 0
        while step := self.step(upto):
            done += step
        return done

    def get(self, urn: str, aspect: str, version: int = 0) -> dict[str, Any] | None:
        """An aspect's JSON: version 0 is the newest, 1 to n its history, oldest first. None: there is none."""
        with self._store.reading() as session:
            row = session.get(AspectRow, (urn, aspect, version))
            return None if row is None else _object(row.body)

    def series(self, urn: str, aspect: str) -> tuple[dict[str, Any], ...]:
        """All values of an aspect that is a series in time, oldest first."""
        query = (
            select(AspectEventRow.body)
            .where(AspectEventRow.urn == urn, AspectEventRow.aspect == aspect)
            .order_by(AspectEventRow.timestamp, AspectEventRow.digest)
        )
        with self._store.reading() as session:
            return tuple(_object(body) for body in session.scalars(query))

    def urns(self) -> tuple[str, ...]:
        """Every entity that has an aspect."""
        with self._store.reading() as session:
            return tuple(session.scalars(select(AspectRow.urn).distinct().order_by(AspectRow.urn)))

    def meant_by(self, urn: str, at: Instants) -> tuple[Start, ...]:
        """What of the graph a urn may mean, perhaps with `@version` or `#column` behind it; nothing if it is none."""
        with self._store.reading() as session:
            return meant_by(session, urn, at)

    def step(self, upto: int | None = None) -> int:
        """Work through the next few entries. Returns how many; 0 when there are none.

        All is read and worked out before the sequencer's lock is asked for, and no snapshot is held for long: those
        who log events wait for neither.
        """
        with self._store.reading() as session:
            start = _position(session)
            size = rows.size_of(session)
            end = min(start + _BATCH, size if upto is None else min(size, upto))
            chosen = rows.select_entries().where(
                EntryRow.seq >= start, EntryRow.seq < end, EntryRow.kind == KIND
            )
            entries = list(rows.read_entries(session, chosen)) if end > start else []
        if end <= start:
            return 0
        found = [made for entry in entries for made in self._made(entry)]
        with self._store.reading() as session:
            if _position(session) != start:
                return 0  # another projector got ahead; its work is the same
            kept = Kept(session, found)
        with self._store.sequenced() as session:
            if _position(session) != start:
                return 0
            kept.write(session)
            session.merge(AspectPositionRow(id=1, position=end))
        return end - start

    def _made(self, entry: Entry) -> list[Made]:
        # What the graph knew at an entry is the same in any later snapshot.
        with self._store.reading() as session:
            return list(_aspects(session, entry))


def clear(session: Session) -> None:
    """Forget all aspects; the next `project` starts at the log's beginning."""
    for table in (AspectRow, AspectEventRow, AspectPositionRow):
        session.execute(delete(table))


def _aspects(session: Session, entry: Entry) -> Iterator[Made]:
    """What an entry makes of the entities it touches; DataHub's classes are only loaded here."""
    from catalog.aspects import build
    from catalog.aspects.gather import Gather

    event = parse_logged(entry.payload)
    for view in () if event is None else Gather(session, size=entry.seq + 1).views(event):
        for each in build.of_view(view):
            if len(each.urn.encode()) <= _LONGEST:
                yield Made(entry.seq, each.urn, each.name, each.body, each.timestamp)


def _position(session: Session) -> int:
    found: Sequence[int] = session.scalars(select(AspectPositionRow.position)).all()
    return found[0] if found else 0


def _object(body: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(body)
    return value
