"""Read the tree's nodes that a root or a proof needs in one go, instead of one by one."""

from collections.abc import Callable, Collection
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from catalog.log.orm import EntryRow, NodeRow
from lineage.merkle import NodeReader

T = TypeVar("T")
Rows: TypeAlias = "Select[*tuple[Any, ...]]"

_ENTRIES, _NODES = EntryRow.__table__.c, NodeRow.__table__.c


def gathered(session: Session, work: Callable[[NodeReader], T]) -> T:
    """What `work` makes of the tree's complete nodes. Raises KeyError, with the place, for one that is not there.

    Which nodes it asks for must not depend on what they are: it is called twice.
    """
    asked: dict[tuple[int, int], bytes] = {}
    work(lambda level, position: asked.setdefault((level, position), b""))
    found = _read(session, asked)
    return work(lambda level, position: found[level, position])


def _read(session: Session, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    connection = session.connection()
    leaves = [position for level, position in places if level == 0]
    inner = [place for place in places if place[0]]
    found: dict[tuple[int, int], bytes] = {}
    if leaves:
        chosen: Rows = select(_ENTRIES.seq, _ENTRIES.leaf).where(_ENTRIES.seq.in_(leaves))
        found = {(0, row.seq): row.leaf for row in connection.execute(chosen)}
    if inner:
        # As text: composing the expression costs more than the database takes to answer it.
        each = " OR ".join(f"level = {level:d} AND position = {position:d}" for level, position in inner)
        nodes: Rows = select(_NODES.level, _NODES.position, _NODES.digest).where(text(each))
        found |= {(row.level, row.position): row.digest for row in connection.execute(nodes)}
    return found
