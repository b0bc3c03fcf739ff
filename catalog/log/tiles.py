"""C2SP tiles (tlog-tiles): where a tree's hashes lie in files of 256. Pure.

Tile level L holds the nodes of tree level 8·L. A tile not yet full lies in `….p/<width>`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 256
HASH = 32

_PLACE = re.compile(r"(x[0-9]{3}/)*[0-9]{3}(\.p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """The first `width` (1 to 256) hashes of the tile `index` at tile level `level`."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Below the log's folder: `tile/0/x001/234.p/5`."""
        return self.whole_path if self.width == WIDTH else f"{self.whole_path}.p/{self.width}"

    @property
    def whole_path(self) -> str:
        """Where the tile lies once it is full."""
        return f"tile/{self.level}/{_number(self.index)}"

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


def partial_tiles(size: int) -> Iterator[Tile]:
    """The tiles of a tree of size leaves that are not full: at most one a level."""
    for level in range((size.bit_length() + 7) // 8):
        index, width = divmod(size >> (8 * level), WIDTH)
        if width:
            yield Tile(level=level, index=index, width=width)


def parse_place(path: str) -> tuple[int, int] | None:
    """Index and width of a tile from its path below the level: `x001/234.p/5`; None for what is no such path."""
    if not _PLACE.match(path):
        return None
    numbers, partial, width = path.partition(".p/")
    return int(numbers.replace("x", "").replace("/", "")), int(width) if partial else WIDTH


def _number(index: int) -> str:
    """`1234067` as `x001/x234/067`."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))
