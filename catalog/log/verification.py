"""Recompute the whole log and say where it differs from what was sealed, published and signed.

Trusts only the checkpoints' signatures: leaves are made again from the envelopes, digests from the payloads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from catalog.log.files import LogFiles
from catalog.log.orm import EntryRow, PayloadRow
from catalog.log.rows import ENVELOPE, envelope_of, nodes_between
from catalog.log.tiles import WIDTH
from lineage.canonical import sha256
from lineage.checkpoints import Checkpoint
from lineage.merkle import completed, root_at

_PORTION = 16 * WIDTH  # entries held at a time


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Difference:
    """What differs, at which entry; `seq` is None where no single entry can be named."""

    seq: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.seq is None else f"entry {self.seq}: {self.what}"


class Recomputation:
    """Goes through all entries once; `differences` are in order of entries, `roots` by size.

    A difference in an entry changes every node and root above it. Such consequences are not listed again,
    so the tree is only grown as long as nothing differs.
    """

    def __init__(self, session: Session, files: LogFiles, checkpoints: Sequence[Checkpoint]) -> None:
        self.size = 0
        self.roots: dict[int, bytes] = {}
        self.differences: list[Difference] = []
        self._session = session
        self._files = files
        self._checkpoints = checkpoints
        self._tree = _Regrowth()
        self._tiles: dict[tuple[int, int], tuple[str, list[bytes]]] = {}
        self._last_time = ""

    def run(self) -> None:
        """Check all entries, then the checkpoints."""
        chosen: Select[*tuple[Any, ...]] = select(*ENVELOPE, EntryRow.leaf, PayloadRow.body)
        chosen = chosen.outerjoin(PayloadRow, PayloadRow.seq == EntryRow.seq).order_by(EntryRow.seq)
        rows = self._session.execute(chosen.execution_options(yield_per=_PORTION))
        for portion in rows.partitions():
            first = self.size
            for row in portion:
                self._entry(row)
            self._compare(first)
        for checkpoint in self._checkpoints:
            self._signed(checkpoint)

    def _differs(self, seq: int | None, what: str) -> None:
        self.differences.append(Difference(seq=seq, what=what))

    def _entry(self, row: Row[Any]) -> None:
        if row.seq > self.size:
            rest = "" if row.seq == self.size + 1 else f", with all up to entry {row.seq - 1}"
            self._differs(self.size, f"missing from the log{rest}")
        if row.seq < self.size:
            self._differs(row.seq, "no place in the log has this number")
        if str(row.recorded_at) <= self._last_time:
            self._differs(row.seq, f"its time {row.recorded_at} is not after that of the entry before")
        if row.body is None:
            self._differs(row.seq, "its payload is missing")
        elif not _is_payload(row):
            self._differs(row.seq, "its payload is not the one that its envelope states")
        leaf = self._leaf(row)
        if not self.differences:
            if self.size in {checkpoint.size for checkpoint in self._checkpoints}:
                self.roots[self.size] = self._tree.root()
            self._tree.add(leaf)
        self._last_time, self.size = str(row.recorded_at), row.seq + 1

    def _leaf(self, row: Row[Any]) -> bytes:
        """The leaf that the envelope gives, compared with the one sealed and the one published."""
        try:
            leaf = envelope_of(row).leaf
        except (TypeError, ValueError) as error:
            self._differs(row.seq, f"its envelope cannot be read: {error}")
            return b""
        path, hashes = self._tile(0, row.seq // WIDTH)
        place = row.seq % WIDTH
        if leaf != row.leaf:
            self._differs(row.seq, "its envelope is not the one that was sealed")
        elif place < len(hashes) and hashes[place] != leaf:
            self._differs(row.seq, f"its envelope is not the one published in log/{path}")
        return leaf

    def _compare(self, first: int) -> None:
        """Compare the nodes completed since entry `first` with those kept and published; then forget them."""
        for level in range(self.size.bit_length()):
            start, end = first >> level, self.size >> level
            if level and not self.differences:
                self._compare_kept(level, start, end)
            if level % 8 == 0 and not self.differences:
                self._compare_published(level, start, end)
        self._tree.forget(first)
        self._tiles.clear()

    def _compare_kept(self, level: int, start: int, end: int) -> None:
        kept = nodes_between(self._session, level, start, end)
        for position in range(start, end):
            if kept.get(position) != self._tree.node(level, position):
                what = f"the tree's node {position} at level {level} is not the one that its entries give"
                self._differs(None, what)

    def _compare_published(self, level: int, start: int, end: int) -> None:
        published = max((checkpoint.size for checkpoint in self._checkpoints), default=0)
        for position in range(start, min(end, published >> level)):
            path, hashes = self._tile(level // 8, position // WIDTH)
            place = position % WIDTH
            if place >= len(hashes):
                self._differs(None, f"the tile log/{path} is missing or too short")
                return
            if hashes[place] != self._tree.node(level, position):
                self._differs(
                    None, f"hash {place} of the tile log/{path} is not the one that its entries give"
                )

    def _tile(self, level: int, index: int) -> tuple[str, list[bytes]]:
        if (level, index) not in self._tiles:
            self._tiles[level, index] = self._files.tile(level, index)
        return self._tiles[level, index]

    def _signed(self, checkpoint: Checkpoint) -> None:
        size = checkpoint.size
        if size > self.size:
            rest = "" if size == self.size + 1 else f", with all up to entry {size - 1}"
            self._differs(self.size, f"missing from the log{rest}; a checkpoint signed {size}")
        elif not self.differences:
            root = self.roots[size] if size in self.roots else self._tree.root()
            if root != checkpoint.root:
                self._differs(
                    None, f"the first {size} entries are not those that a checkpoint of {size} signed"
                )


def _is_payload(row: Row[Any]) -> bool:
    """Whether the payload is the one that the envelope states. SQLite lets text stand where bytes should."""
    body = row.body
    return isinstance(body, bytes) and (sha256(body), len(body)) == (row.payload_sha256, row.size)


class _Regrowth:
    """A tree grown again from leaves, that can forget what no later leaf needs."""

    def __init__(self) -> None:
        self._size = 0
        self._nodes: dict[tuple[int, int], bytes] = {}

    def add(self, leaf: bytes) -> None:
        for level, position, digest in completed(self._size, leaf, self.node):
            self._nodes[level, position] = digest
        self._size += 1

    def node(self, level: int, position: int) -> bytes:
        return self._nodes[level, position]

    def root(self) -> bytes:
        return root_at(self._size, self.node)

    def forget(self, first: int) -> None:
        """Forget the nodes over leaves from `first` on, but the last of each level."""
        for level in range(self._size.bit_length()):
            for position in range((first >> level) - 1, (self._size >> level) - 1):
                self._nodes.pop((level, position), None)
