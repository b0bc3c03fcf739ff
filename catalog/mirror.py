"""The log's mirror: the port it is kept behind, a twin in memory, and catching up, exactly once."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Protocol

from sqlalchemy.orm import Session

from catalog.log.changing_keys import keyring
from catalog.log.entry_check import Difference, EntryCheck, erased_entries, rows_to_check
from catalog.log.gathering import gathered
from catalog.log.keys import KeyFile
from catalog.log.log import Log
from catalog.log.orm import EntryRow
from catalog.log.proof import size_of
from catalog.log.rows import size_of as entries_of
from catalog.store import Store
from lineage.checkpoints import Checkpoint
from lineage.errors import LakeproofError, Refused
from lineage.merkle import root_at
from lineage.mirrored import Carried, MirroredEntry
from lineage.rotations import KeyChain

_COLUMNS = tuple(field.name for field in fields(MirroredEntry))  # as `rows_to_check` has them
_PORTION = 4096  # entries in one commit of the mirror


class Mirror(Protocol):
    """Where the log is mirrored. What `append` returned is durable; what it raised for was not written."""

    def size(self, origin: str) -> int:
        """How many entries of the log `origin` are there: 0 up to that number."""
        ...

    def append(self, entries: Sequence[MirroredEntry], carried: Carried) -> bool:
        """Add the entries that `carried` names, in one commit. False when they were there already.

        Raises a LakeproofError when the mirror does not end where they begin.
        """
        ...

    def carried(self) -> tuple[Carried, ...]:
        """What each commit says it carries, oldest first; commits that say nothing are left out."""
        ...

    def entries(self) -> Iterator[MirroredEntry]:
        """Every entry that is there, by seq."""
        ...


class MemoryMirror:
    """A mirror that is gone with its process."""

    def __init__(self) -> None:
        self.rows: list[MirroredEntry] = []
        self.commits: list[Carried] = []

    def size(self, origin: str) -> int:
        return max((each.end for each in self.commits if each.origin == origin), default=0)

    def append(self, entries: Sequence[MirroredEntry], carried: Carried) -> bool:
        there = self.size(carried.origin)
        if there >= carried.end:
            return False
        if there != carried.first:
            raise elsewhere(there, carried)
        self.rows += entries
        self.commits.append(carried)
        return True

    def carried(self) -> tuple[Carried, ...]:
        return tuple(self.commits)

    def entries(self) -> Iterator[MirroredEntry]:
        yield from sorted(self.rows, key=lambda each: each.seq)


class Mirroring:
    """The log of one catalog and its mirror."""

    def __init__(self, store: Store, log: Log, keys: KeyFile, mirror: Mirror) -> None:
        self._store = store
        self._log = log
        self._keys = keys
        self._mirror = mirror

    @property
    def lag(self) -> int:
        """How many entries the mirror has not got yet."""
        return self._log.size - self._mirror.size(self._keys.read().origin)

    def catch_up(self) -> int:
        """Carry what the mirror has not got, up to a head signed now. Returns how many entries were carried.

        Raises Refused, and carries nothing from there on, for an entry that is not what was sealed.
        """
        note, origin = self._log.checkpoint(), self._keys.read().origin
        size, before = size_of(note), self._mirror.size(origin)
        first = before
        while first < size:
            end = min(first + _PORTION, size)
            head = note if end == size else self._log.checkpoint(end)
            with self._store.reading() as session:
                entries = _sealed(session, first, end)
            first = self._carry(entries, Carried(origin=origin, first=first, end=end, checkpoint=head))
        return first - before

    def _carry(self, entries: Sequence[MirroredEntry], carried: Carried) -> int:
        """Where the mirror ends after it: another process may have carried more, or the same, meanwhile."""
        try:
            self._mirror.append(entries, carried)
        except LakeproofError:
            if (there := self._mirror.size(carried.origin)) <= carried.first:
                raise
            return there
        return self._mirror.size(carried.origin)

    def unexplained(self, bindings: Sequence[str | None]) -> tuple[str | None, ...]:
        """Of each commit of the mirror, oldest first, why the log does not explain it; None where it does.

        A commit is explained by the range that it carries, which begins where the one before ended, and by a
        head that this log signed, has now, and that has the range.
        """
        reached = 0
        told: list[str | None] = []
        with self._store.reading() as session:
            chain = keyring(session, self._keys).chain
            for binding in bindings:
                carried = Carried.parse(binding)
                told.append(_wrong(session, chain, carried, reached))
                if carried is not None and told[-1] is None:
                    reached = carried.end
        return tuple(told)


def elsewhere(there: int, carried: Carried) -> Refused:
    """The mirror ends elsewhere than the entries to be carried begin."""
    return Refused(
        f"the mirror has {there} entries of {carried.origin}, and should get those from {carried.first} on",
        next_move="another process may mirror the same log; run `lakeproof catalog mirror` again",
    )


def _sealed(session: Session, first: int, end: int) -> list[MirroredEntry]:
    """The entries as rows of the mirror, each checked against what was sealed. Raises Refused naming what differs."""
    differences: list[Difference] = []
    check = EntryCheck(differences, first=first)
    seq = EntryRow.__table__.c.seq
    rows = session.connection().execute(rows_to_check().where(seq >= first, seq < end)).all()
    for row in rows:
        check.leaf_of(row)
    if check.missing:
        gone = set(check.missing) - erased_entries(session)
        differences += [Difference(seq=seq, what="its payload is missing") for seq in sorted(gone)]
    if differences or check.size != end:
        what = differences[0] if differences else f"entry {check.size}: missing from the log"
        raise Refused(f"the log is not mirrored as it is: {what}", next_move="run `lakeproof log verify`")
    as_stated = (dict[str, Any](zip(_COLUMNS, row, strict=True)) for row in rows)
    return [MirroredEntry(**columns) for columns in as_stated]


def _wrong(session: Session, chain: KeyChain, carried: Carried | None, reached: int) -> str | None:
    if carried is None:
        return "it does not say which entries of the log it carries"
    if carried.origin != chain.origin:
        return f"it carries entries of another log, {carried.origin}"
    if carried.first != reached and carried.end > carried.first:
        return f"it carries entries from {carried.first} on, the commits before it end at {reached}"
    head = chain.open(carried.checkpoint)
    if head is None or head.size < carried.end:
        return "its head is not one that this log signed for these entries"
    return (
        None if _has(session, head) else f"its head of {head.size} entries is not one that this log has had"
    )


def _has(session: Session, head: Checkpoint) -> bool:
    if head.size > entries_of(session):
        return False
    return gathered(session, lambda node: root_at(head.size, node)) == head.root
