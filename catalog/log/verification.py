"""Recompute the whole log and say where it differs from what was sealed, published and signed.

Trusts only the checkpoints' signatures: leaves are made again from the envelopes, digests from the payloads.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.log.entry_check import Checked, Difference, EntryCheck, rows_to_check
from catalog.log.files import Form, LogFiles
from catalog.log.orm import EntryRow, NodeRow
from catalog.log.regrowth import PORTION, Regrowth
from catalog.log.tiles import HASH, WIDTH, partial_tiles, tiles_of
from lineage.checkpoints import Checkpoint
from lineage.errors import Fault

_NODES = NodeRow.__table__.c
_KEPT = (
    select(_NODES.position, _NODES.digest)
    .where(_NODES.level == bindparam("level"))
    .where(_NODES.position >= bindparam("start"), _NODES.position < bindparam("end"))
    .order_by(_NODES.position)
)
_DIGESTS = _KEPT.with_only_columns(_NODES.digest)


class Recomputation:
    """Goes through all entries once; `differences` are in order of entries. `published`: the sizes of published heads.

    `entries` gives all entries, each checked, in portions and in order.

    A difference in an entry changes every node and root above it. Such consequences are not listed again,
    so the tree is only grown as long as nothing differs.
    """

    def __init__(
        self,
        session: Session,
        files: LogFiles,
        checkpoints: Sequence[Checkpoint],
        *,
        published: Iterable[int],
        entries: Callable[[Connection], Iterator[Checked]],
    ) -> None:
        self.differences: list[Difference] = []
        self._connection = session.connection()
        self._files = files
        self._checkpoints = checkpoints
        self._sizes = sorted(set(published))
        self._tree = Regrowth()
        self._all = entries
        self._entries = EntryCheck(self.differences)

    @property
    def size(self) -> int:
        """How many entries were seen."""
        return self._entries.size

    def run(self) -> None:
        """Check all entries, then what was published and signed of them."""
        try:
            for portion in self._all(self._connection):
                self._entries.join(portion)
                self._published_leaves(dict(zip(portion.seqs, portion.leaves, strict=True)))
                if not self.differences:
                    self._grow(portion.leaves)
        except DBAPIError:
            self._unreadable()
        else:
            self._whole_log()
        self.differences.sort(key=lambda each: (each.seq is None, each.seq or 0))

    def _whole_log(self) -> None:
        """What can be said once all entries were seen."""
        self._entries.close()
        self._cut_off()
        for tile in (tile for size in self._sizes if size <= self.size for tile in partial_tiles(size)):
            if not self._files.has(tile):
                self._differs(None, f"the tile log/{tile.path} is missing")

    def _unreadable(self) -> None:
        """Name the next entry that the database itself cannot give back; what follows it is not looked at."""
        for seq in range(self.size, self.size + PORTION):
            try:
                self._connection.execute(rows_to_check().where(EntryRow.seq == seq)).all()
            except DBAPIError as error:
                self._differs(seq, f"its envelope cannot be read: {error.orig}")
                return
        raise Fault(
            "the log cannot be read", next_move="check the disk, and restore the home from its backup"
        )

    def _differs(self, seq: int | None, what: str) -> None:
        self.differences.append(Difference(seq=seq, what=what))

    def _published_leaves(self, leaves: dict[int, bytes]) -> None:
        """Compare leaves with the tiles they were published in, whatever else differs."""
        for index in sorted({seq // WIDTH for seq in leaves if seq >= 0}):
            first = index * WIDTH
            ours = [leaves.get(seq, b"") for seq in range(first, first + WIDTH)]
            for form in self._files.tile_forms(0, index):
                if form.data == b"".join(ours[: form.width]):
                    continue
                self._whole(form)
                for seq, leaf, theirs in zip(range(first, first + WIDTH), ours, form.hashes, strict=False):
                    if leaf and leaf != theirs:
                        self._differs(seq, f"its envelope is not the one published in log/{form.path}")

    def _whole(self, form: Form) -> None:
        if not form.whole:
            self._differs(None, f"the tile log/{form.path} is not the {form.width * HASH} bytes it should be")

    def _grow(self, leaves: list[bytes]) -> None:
        """Grow the tree by leaves; compare its nodes with those kept and published, its roots with those signed."""
        first = self._tree.size
        self._tree.grow(leaves)
        for level, start, nodes in self._tree.grown():
            if level:
                chosen = {"level": level, "start": start, "end": start + len(nodes)}
                if self._connection.execute(_DIGESTS, chosen).scalars().all() != nodes:
                    self._nodes_differ(level, start, nodes)
        published = max((each.size for each in self._checkpoints), default=0)
        self._compare_published(first, min(self._tree.size, published))
        for checkpoint in self._checkpoints:
            size = checkpoint.size
            if first < size <= self._tree.size and self._tree.root(size) != checkpoint.root:
                self._differs(
                    None, f"the first {size} entries are not those that a checkpoint of {size} signed"
                )

    def _nodes_differ(self, level: int, start: int, nodes: list[bytes]) -> None:
        chosen = {"level": level, "start": start, "end": start + len(nodes)}
        kept = {row.position: row.digest for row in self._connection.execute(_KEPT, chosen)}
        for position, node in enumerate(nodes, start):
            if kept.get(position) != node:
                what = f"the tree's node {position} at level {level} is not the one that its entries give"
                self._differs(None, what)

    def _compare_published(self, first: int, upto: int) -> None:
        """Compare the tiles that a log of `upto` entries has, and one of `first` has not, with the tree's nodes."""
        for tile in tiles_of(upto, since=first):
            forms = self._files.tile_forms(tile.level, tile.index)
            if tile.width == WIDTH and not self._files.has(tile):
                self._differs(None, f"the tile log/{tile.path} is missing")
            known = max(0, (first >> 8 * tile.level) - tile.index * WIDTH)  # compared before
            ours = [self._tree.node(*place) for place in tile.places[known:]] if tile.level else []
            for form in forms if tile.level else ():
                self._whole(form)
                for place, (node, theirs) in enumerate(zip(ours, form.hashes[known:], strict=False), known):
                    if node != theirs:
                        what = (
                            f"hash {place} of the tile log/{form.path} is not the one that its entries give"
                        )
                        self._differs(None, what)

    def _cut_off(self) -> None:
        """An end that was cut off is contradicted by what was signed of it, and by the tiles that were published."""
        signed = max((each.size for each in self._checkpoints), default=0)
        if signed > self.size:
            rest = "" if signed == self.size + 1 else f", with all up to entry {signed - 1}"
            self._differs(self.size, f"missing from the log{rest}; a checkpoint signed {signed}")
        for path, covered in self._files.tiles_beyond(self.size):
            self._differs(None, f"the tile log/{path} has {covered - self.size} entries that the log has not")
