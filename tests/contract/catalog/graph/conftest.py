"""The graph's claims hold in each database; properties with many examples only run in memory."""

from collections.abc import Iterator

import hypothesis
import pytest
from sqlalchemy import Engine

from catalog.databases.postgresql import postgresql
from tests.support.graphs import graphs_in
from tests.support.places import DATABASES, SQLITE, Pool


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Twice for what speaks to a graph in examples of its own."""
    speaks = hasattr(metafunc.module, "MemoryGraph") and not hypothesis.is_hypothesis_test(metafunc.function)
    metafunc.parametrize("_database", DATABASES if speaks else (SQLITE,), indirect=True, scope="module")


@pytest.fixture(autouse=True, scope="module")
def _database(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param == SQLITE:
        yield
        return
    pool: Pool = request.getfixturevalue("postgresql_pool")
    taken: list[str] = []

    def make() -> Engine:
        taken.append(pool.take())
        return postgresql(taken[-1]).writes

    with graphs_in(make):
        yield
    for address in taken:
        pool.give_back(address)
