"""C2SP tiles (tlog-tiles): where a tree's hashes lie in files of 256. Pure.

Tile level L holds the nodes of tree level 8·L. A tile not yet full lies in `….p/<width>`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 256
HASH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """The first `width` (1 to 256) hashes of the tile `index` at tile level `level`."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Below the log's folder: `tile/0/x001/234.p/5`."""
        full = f"tile/{self.level}/{_number(self.index)}"
        return full if self.width == WIDTH else f"{full}.p/{self.width}"

    @property
    def places(self) -> list[tuple[int, int]]:
        """The tree nodes (level, position) in it, in order."""
        first = self.index * WIDTH
        return [(8 * self.level, position) for position in range(first, first + self.width)]


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The tiles that a tree of size leaves has and a tree of `since` leaves had not."""
    level = 0
    while size >> (8 * level):
        nodes, before = size >> (8 * level), since >> (8 * level)
        if nodes > before:
            for index in range(before // WIDTH, -(-nodes // WIDTH)):
                yield Tile(level=level, index=index, width=min(WIDTH, nodes - index * WIDTH))
        level += 1


def _number(index: int) -> str:
    """`1234067` as `x001/x234/067`."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))
