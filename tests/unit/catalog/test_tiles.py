"""Tiles lie where C2SP says, and a growing log publishes each hash exactly where it belongs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.log.tiles import WIDTH, Tile, tiles_of


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(level=0, index=0, width=256), "tile/0/000"),
        (Tile(level=0, index=273, width=112), "tile/0/273.p/112"),
        (Tile(level=1, index=1, width=17), "tile/1/001.p/17"),
        (Tile(level=0, index=1234067, width=256), "tile/0/x001/x234/067"),
        (Tile(level=2, index=1000, width=1), "tile/2/x001/000.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(tile: Tile, path: str) -> None:
    """The examples of c2sp.org/tlog-tiles."""
    assert tile.path == path


def test_a_log_of_70000_has_the_specified_tiles() -> None:
    """The specification's own example: 273 full tiles and a partial one, two above them, one on top."""
    tiles = list(tiles_of(70_000))
    assert [tile.path for tile in tiles if tile.width < WIDTH] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert len(tiles) == 274 + 2 + 1


@given(st.integers(0, 200_000), st.integers(0, 3000))
def test_growing_publishes_the_tiles_that_changed(since: int, more: int) -> None:
    """What was published before, with what is new, is what a log of that size has."""
    everything = {tile.path for tile in tiles_of(since + more)}
    before = {tile.path for tile in tiles_of(since)}
    new = [tile.path for tile in tiles_of(since + more, since=since)]
    assert everything <= before | set(new)
    assert set(new) <= everything
    assert len(new) == len(set(new))
