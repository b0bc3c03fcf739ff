"""Join names that are one dataset, and remember since which entry. Within the writer's transaction."""

from collections.abc import Iterable

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from catalog.graph.identities import batches
from catalog.identity.orm import OPEN, AliasRow


def join(session: Session, pairs: Iterable[tuple[int, int, int]]) -> None:
    """From entry seq on, dataset one is dataset other: pairs of (seq, one, other) in the log's order."""
    wanted = [(seq, one, other) for seq, one, other in pairs if one != other]
    if not wanted:
        return
    groups = _groups(session, {row for _, *both in wanted for row in both})
    for seq, one, other in wanted:
        mine, theirs = groups.get(one), groups.get(other)
        if mine is None and theirs is None:
            groups[one] = groups[other] = _moved(session, [one, other], one, seq)
        elif mine is None or theirs is None:
            alone, found = (one, theirs) if mine is None else (other, mine)
            assert found is not None
            groups[alone] = _moved(session, [alone], found, seq)
        elif mine != theirs:
            _merge(session, mine, theirs, seq, groups)


def _merge(session: Session, one: int, other: int, seq: int, groups: dict[int, int]) -> None:
    """The smaller group moves, so that a name moves seldom."""
    members = {group: _members(session, group) for group in (one, other)}
    stays, goes = sorted((one, other), key=lambda group: (-len(members[group]), group))
    leave = update(AliasRow).where(AliasRow.group_id == goes, AliasRow.until == OPEN)
    session.execute(leave.values(until=seq))
    # What joined by this very entry has no earlier row to end; it is simply elsewhere.
    here = [row for row in members[goes] if not _moved_now(session, row, stays, seq)]
    _moved(session, here, stays, seq)
    groups.update((row, stays) for row, group in list(groups.items()) if group == goes)


def _moved_now(session: Session, row: int, group: int, seq: int) -> bool:
    moved = update(AliasRow).where(AliasRow.dataset_id == row, AliasRow.seq == seq)
    found = session.execute(moved.values(group_id=group, until=OPEN).returning(AliasRow.dataset_id))
    return found.first() is not None


def _moved(session: Session, rows: Iterable[int], group: int, seq: int) -> int:
    wanted = [{"dataset_id": row, "seq": seq, "until": OPEN, "group_id": group} for row in rows]
    if wanted:
        session.execute(insert(AliasRow), wanted)
    return group


def _groups(session: Session, rows: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for batch in batches(sorted(rows)):
        query = select(AliasRow.dataset_id, AliasRow.group_id).where(
            AliasRow.dataset_id.in_(batch), AliasRow.until == OPEN
        )
        found.update((row, group) for row, group in session.execute(query))
    return found


def _members(session: Session, group: int) -> list[int]:
    query = select(AliasRow.dataset_id).where(AliasRow.group_id == group, AliasRow.until == OPEN)
    return list(session.scalars(query))
