"""Fill the graph again from the log, through the same projection as the first time."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from catalog.graph.store import apply, clear
from catalog.identity import rules
from catalog.log.entry import Entry
from lineage.openlineage import ParsedEvent
from lineage.openlineage.logged import parse_logged

#: The kind of log entry that the graph is projected from.
KIND = "openlineage"

_GROUP = 200  # events applied at once

#: Raised whenever the graph's tables, or what is projected into them, change: opening then rebuilds it.
PROJECTION = 13


def rebuild(session: Session, entries: Iterable[Entry]) -> int:
    """Empty the graph and apply the events among entries, which come in the log's order. Their number."""
    clear(session)
    applied = 0
    events: list[tuple[ParsedEvent, Entry]] = []
    for entry in entries:
        event = parse_logged(entry.payload) if entry.kind == KIND else None
        if event is not None:
            events.append((event, entry))
        # New rules of names hold for what comes after them.
        if len(events) == _GROUP or entry.kind == rules.KIND:
            apply(session, events)
            applied += len(events)
            events.clear()
        if entry.kind == rules.KIND:
            rules.adopt(session, entry)
    apply(session, events)
    return applied + len(events)
