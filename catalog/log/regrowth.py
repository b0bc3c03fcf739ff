"""A tree grown again from its leaves, a portion at a time, that keeps only what later portions need. Pure."""

from collections.abc import Iterator
from hashlib import sha256

from lineage.merkle import completed, root_at

#: Leaves in a portion, a power of two: the levels within one are computed as whole lists.
PORTION = 2**12

_LEVELS = PORTION.bit_length() - 1


class Regrowth:
    """Leaves come in portions of PORTION, of which only the last may be smaller."""

    def __init__(self) -> None:
        self.size = 0
        self._first = 0
        self._levels: list[list[bytes]] = [[]]
        self._above: dict[tuple[int, int], bytes] = {}
        self._risen: list[tuple[int, int, bytes]] = []

    def grow(self, leaves: list[bytes]) -> None:
        """Add a portion. Raises ValueError when the one before was not whole."""
        if self.size % PORTION or len(leaves) > PORTION:
            raise ValueError("only the last portion may be smaller than the others")
        self._first = self.size
        self._levels = [leaves]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])
        self.size += len(leaves)
        self._risen = []
        if len(leaves) == PORTION:
            top = self._levels[-1][0]
            for level, index, digest in completed(self._first // PORTION, top, self._whole):
                self._above[level + _LEVELS, index] = digest
                self._risen.append((level + _LEVELS, index, digest))

    def grown(self) -> Iterator[tuple[int, int, list[bytes]]]:
        """What the last portion completed: (level, first position, hashes), leaves first."""
        for level, nodes in enumerate(self._levels[:_LEVELS]):
            yield level, self._first >> level, nodes
        for level, index, digest in self._risen:
            yield level, index, [digest]

    def node(self, level: int, position: int) -> bytes:
        """A complete node of the last portion, or one above portions. Raises LookupError."""
        if level >= _LEVELS:
            return self._above[level, position]
        return self._levels[level][position - (self._first >> level)]

    def root(self, size: int) -> bytes:
        """The root over the first size leaves, which end in the last portion, or at its beginning."""
        return root_at(size, self.node)

    def _whole(self, level: int, index: int) -> bytes:
        return self._above[level + _LEVELS, index]
