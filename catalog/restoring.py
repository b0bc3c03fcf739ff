"""Make the log again from its mirror alone, in an empty database: accepted only if it is what was sealed and signed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from catalog.log.changing_keys import keyring
from catalog.log.entry_check import Difference, EntryCheck
from catalog.log.files import LogFiles
from catalog.log.keys import KeyFile
from catalog.log.orm import EntryRow, NodeRow, PayloadRow
from catalog.log.regrowth import PORTION, Regrowth
from catalog.log.rows import nodes_at, size_of
from catalog.log.tiles import tiles_of
from catalog.mirror import Mirror
from lineage.checkpoints import Checkpoint
from lineage.errors import BadInput, Refused
from lineage.mirrored import Carried, MirroredEntry
from lineage.rotations import KeyChain

_COLUMNS = tuple(field.name for field in fields(MirroredEntry))
_NEXT = "take another copy of the mirror, or an earlier version of its table"


def restore(session: Session, mirror: Mirror, keys: KeyFile, files: LogFiles) -> int:
    """Fill the empty log from its mirror. Returns the number of entries.

    Raises Refused when the log is not empty, or for the first entry of the mirror that is not what was sealed, or when
    a head that the mirror carries, or the last one in the folder, is not one of these entries; BadInput without the
    log's key. The caller rolls back then.
    """
    if size := size_of(session):
        raise Refused(
            f"the log has {size} entries: it is made again from its mirror in an empty database only",
            next_move="put the database aside first, or name another home with --home",
        )
    commits = mirror.carried()
    if not commits:
        raise Refused("the mirror carries no entries", next_move=_NEXT)
    _require_key(keys, commits[-1].origin)
    regrown = _Restoring(session, commits)
    regrown.fill(mirror.entries())
    _require_whole(regrown.size, commits[-1].end, files)
    ring = keyring(session, keys)
    ring.require()
    last = regrown.check(ring.chain)
    _publish(session, files, ring.chain, last)
    return regrown.size


class _Restoring:
    """Writes entries in portions and grows the tree over them; remembers the roots at the heads of the commits."""

    def __init__(self, session: Session, commits: Sequence[Carried]) -> None:
        self._session = session
        self._commits = commits
        self._sizes = {each.end for each in commits}
        self._roots: dict[int, bytes] = {}
        self._tree = Regrowth()
        self._differences: list[Difference] = []
        self._check = EntryCheck(self._differences)

    @property
    def size(self) -> int:
        return self._tree.size

    def fill(self, entries: Iterable[MirroredEntry]) -> None:
        """Write all entries. Raises Refused naming the first that is not what was sealed."""
        waiting = iter(entries)
        while portion := list(islice(waiting, PORTION)):
            leaves = [self._check.leaf_of([getattr(each, name) for name in _COLUMNS]) for each in portion]
            self._require()
            self._tree.grow(leaves)
            self._write(portion)
            self._roots |= {
                size: self._tree.root(size)
                for size in self._sizes
                if self._tree.size - len(leaves) < size <= self._tree.size
            }
        self._check.close()
        self._require()

    def check(self, chain: KeyChain) -> tuple[Checkpoint, str]:
        """The last head and its note, if each commit's head is signed and of these entries. Raises Refused."""
        head: Checkpoint | None = None
        for each in self._commits:
            head = chain.open(each.checkpoint)
            if head is None or head.size != each.end:
                raise Refused(
                    f"the head that the mirror carries with the entries {each.first} to {each.end - 1} is not signed",
                    next_move=_NEXT,
                )
            if self._roots[head.size] != head.root:
                raise Refused(
                    f"one of the entries {each.first} to {each.end - 1} in the mirror is not what was signed",
                    next_move=_NEXT,
                )
        if head is None or head.size != self._tree.size:
            raise Refused(
                f"the mirror has entries beyond those that it carries ({self._tree.size})", next_move=_NEXT
            )
        return head, self._commits[-1].checkpoint

    def _require(self) -> None:
        if self._differences:
            raise Refused(f"the mirror is not what was sealed: {self._differences[0]}", next_move=_NEXT)

    def _write(self, portion: Sequence[MirroredEntry]) -> None:
        rows = [{name: getattr(each, name) for name in _COLUMNS if name != "payload"} for each in portion]
        self._session.execute(insert(EntryRow), rows)
        bodies = [{"seq": each.seq, "body": each.payload} for each in portion if each.payload is not None]
        if bodies:
            self._session.execute(insert(PayloadRow), bodies)
        nodes = list(self._nodes())
        if nodes:
            self._session.execute(insert(NodeRow), nodes)

    def _nodes(self) -> Iterator[dict[str, Any]]:
        for level, first, digests in self._tree.grown():
            if level:
                for position, digest in enumerate(digests, first):
                    yield {"level": level, "position": position, "digest": digest}


def _require_key(keys: KeyFile, origin: str) -> None:
    """A log goes on with its own key; without it this would become another log."""
    if not keys.path.exists() or keys.read().origin != origin:
        raise BadInput(
            f"the key of the log {origin} is not in keys/log.key",
            next_move="restore keys/ of the home that the mirror is of",
        )


def _require_whole(size: int, carried: int, files: LogFiles) -> None:
    """The mirror has what its commits carry, and all that the folder's head, of whatever key, says there was."""
    if size < carried:
        raise Refused(f"the mirror lacks the entries from {size} to {carried - 1}", next_move=_NEXT)
    note = files.checkpoint() or ""
    claimed = note.split("\n")[1] if "\n" in note else ""
    if claimed.isdecimal() and int(claimed) > size:
        raise Refused(
            f"the mirror ends at {size} entries, log/checkpoint is of {claimed}: the rest would be lost",
            next_move="use a mirror that reaches it; to go on without the rest, put log/ aside",
        )


def _publish(session: Session, files: LogFiles, chain: KeyChain, last: tuple[Checkpoint, str]) -> None:
    """Where the folder has no head, publish the mirror's; where it has, the mirror must reach it."""
    head, note = last
    there = files.checkpoint()
    signed = None if there is None else chain.open(there)
    if there is not None and signed is None:
        raise Refused(
            "the checkpoint in log/checkpoint is not signed by this log's key",
            next_move="restore log/ and keys/ together",
        )
    if signed is None or signed.size == 0:
        for tile in tiles_of(head.size):
            hashes = nodes_at(session, tile.places)
            files.publish_tile(tile, [hashes[place] for place in tile.places])
        files.publish_checkpoint(note)
        files.publish_key(chain.newest)
