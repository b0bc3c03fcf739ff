from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from tests.support.record import TurnableClock


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def catalog(tmp_path: Path, clock: TurnableClock) -> Iterator[Catalog]:
    with Catalog.open(tmp_path, clock=clock) as opened:
        yield opened
