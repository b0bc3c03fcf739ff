"""Doors for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.doors import Door, open_door


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A door of its own, nothing loaded."""
    with open_door(tmp_path) as door:
        yield door


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door with all 24 months loaded, and the vault on disk. Tests must not change it."""
    from ingestion.errors import SchemaChanged

    with open_door(tmp_path_factory.mktemp("loaded"), on_disk=True) as door:
        for drop in door.landing.arrivals:
            if drop == door.landing.renamed:
                with pytest.raises(SchemaChanged):
                    door.load(drop)
            else:
                door.load(drop)
        yield door
