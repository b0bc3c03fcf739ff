"""Fill all projections from the log: when asked to, and when this program's form of them is another than was stored.

Who changes what is projected, or its tables, raises that projection's `PROJECTION`; no data is ever moved.
"""

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from catalog import actors
from catalog.aspects import projector
from catalog.graph import rebuild as graph
from catalog.log import rows
from catalog.orm import ProjectionRow
from catalog.store import Store

#: The form of each projection that this program makes.
FORMS = {"actors": actors.PROJECTION, "aspects": projector.PROJECTION, "graph": graph.PROJECTION}


def renew(store: Store) -> bool:
    """Rebuild the projections unless they have this program's form. Several processes may ask at once: one does it."""
    with store.reading() as session:
        if _stored(session) == FORMS:
            return False
    with store.sequenced() as session:  # another process may have been quicker; ask again
        if _stored(session) == FORMS:
            return False
        rebuild(session)
    return True


def rebuild(session: Session) -> int:
    """Drop the projections and fill them again from the log. Returns how many events were applied to the graph.

    The aspects are only emptied: their projector follows the log at its own pace.
    """
    actors.rebuild(session, rows.read_entries(session, rows.select_entries()))
    applied = graph.rebuild(session, rows.read_entries(session, rows.select_entries()))
    projector.clear(session)
    session.execute(delete(ProjectionRow))
    session.execute(insert(ProjectionRow), [{"name": name, "number": FORMS[name]} for name in FORMS])
    return applied


def _stored(session: Session) -> dict[str, int]:
    return {row.name: row.number for row in session.execute(select(ProjectionRow.name, ProjectionRow.number))}
