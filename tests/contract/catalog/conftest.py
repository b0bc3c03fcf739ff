from collections.abc import Iterator

import pytest

from catalog.catalog import Catalog
from tests.support.places import Place
from tests.support.record import TurnableClock


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def catalog(place: Place, clock: TurnableClock) -> Iterator[Catalog]:
    """A new record, once in each database."""
    with place.open(clock=clock) as opened:
        yield opened
