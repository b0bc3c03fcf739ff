"""Join names that are one dataset, and remember since which entry. Within the writer's transaction."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from catalog.bulk import insert_rows
from catalog.graph.asked import Asked, among, table_of
from catalog.identity.orm import OPEN, AliasRow

_COLUMNS = ("dataset_id", "seq", "until", "group_id")


def join(session: Session, pairs: Iterable[tuple[int, int, int]]) -> None:
    """From entry seq on, dataset one is dataset other: pairs of (seq, one, other) in the log's order."""
    wanted = [(seq, one, other) for seq, one, other in pairs if one != other]
    if wanted:
        joining = _Joining(session, {row for _, *both in wanted for row in both})
        for pair in wanted:
            joining.join(*pair)
        joining.write()


class _Joining:
    """The groups of some datasets while pairs of them are joined; `write` what is left at the end."""

    def __init__(self, session: Session, datasets: Iterable[int]) -> None:
        self._connection = session.connection()
        self._groups: dict[int, int] = dict(Asked(session).rows(_GROUPS, datasets))
        self._new: list[tuple[int, int, int, int]] = []

    def join(self, seq: int, one: int, other: int) -> None:
        mine, theirs = self._groups.get(one), self._groups.get(other)
        if mine is not None and theirs is not None:
            if mine != theirs:
                self._merge(seq, mine, theirs)
            return
        group = mine or theirs or one
        for row in (one, other):
            if row not in self._groups:
                self._groups[row] = group
                self._new.append((row, seq, OPEN, group))

    def write(self) -> None:
        insert_rows(self._connection, AliasRow, _COLUMNS, self._new)
        self._new.clear()

    def _merge(self, seq: int, one: int, other: int) -> None:
        """The smaller group moves, so that a name moves seldom."""
        self.write()
        members = {group: self._members(group) for group in (one, other)}
        stays, goes = sorted((one, other), key=lambda group: (-len(members[group]), group))
        where = {"goes": goes, "stays": stays, "now": seq}
        # What joined by this very entry was never seen in the group that goes.
        self._connection.execute(_MOVE_NEW, where)
        self._connection.execute(_LEAVE, where)
        self._new += [(row, seq, OPEN, stays) for row, since in members[goes] if since != seq]
        self._groups.update((row, stays) for row, group in list(self._groups.items()) if group == goes)

    def _members(self, group: int) -> list[tuple[int, int]]:
        found: Any = self._connection.execute(_MEMBERS, {"group": group})
        return [(row, since) for row, since in found]


_alias = table_of(AliasRow)
_open = _alias.c.until == OPEN
_GROUPS = select(_alias.c.dataset_id, _alias.c.group_id).where(among(_alias.c.dataset_id), _open)
_MEMBERS = select(_alias.c.dataset_id, _alias.c.seq).where(_alias.c.group_id == bindparam("group"), _open)
_of_goes = (_alias.c.group_id == bindparam("goes")) & _open
_MOVE_NEW = (
    update(AliasRow).where(_of_goes, _alias.c.seq == bindparam("now")).values(group_id=bindparam("stays"))
)
_LEAVE = update(AliasRow).where(_of_goes).values(until=bindparam("now"))
