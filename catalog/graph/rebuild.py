"""Fill the graph again from the log, through the same projection as the first time."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from catalog.graph.store import apply, clear
from catalog.identity import rules
from catalog.log.entry import Entry
from lineage.openlineage.logged import parse_logged

#: The kind of log entry that the graph is projected from.
KIND = "openlineage"

#: Raised whenever the graph's tables, or what is projected into them, change: opening then rebuilds it.
PROJECTION = 3


def rebuild(session: Session, entries: Iterable[Entry]) -> int:
    """Empty the graph and apply the events among entries, which come in the log's order. Their number."""
    clear(session)
    applied = 0
    for entry in entries:
        if entry.kind == rules.KIND:
            rules.adopt(session, entry)
        event = parse_logged(entry.payload) if entry.kind == KIND else None
        if event is not None:
            apply(session, event, entry)
            applied += 1
    return applied
