"""Claims about how the catalog's tables come to be."""

from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from catalog.base import Base
from tests.support.migrating import downgrade, revisions, upgrade
from tests.support.places import DATABASES, Place, empty_place_in
from tests.support.structure import structure


@pytest.fixture(params=DATABASES)
def two_places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Place, Place]:
    """Two empty databases of one kind."""
    homes = tmp_path / "one", tmp_path / "other"
    for home in homes:
        home.mkdir()
    one, other = (empty_place_in(request.param, home, request) for home in homes)
    return one, other


def test_migrated_and_made_at_once_are_the_same(two_places: tuple[Place, Place]) -> None:
    """Creating the newest tables at once is only a shortcut: columns, keys, indexes, triggers are equal."""
    climbed, fresh = two_places
    upgrade(climbed)
    fresh.open().close()
    assert structure(climbed) == structure(fresh)


def test_models_and_tables_say_the_same(empty_place: Place) -> None:
    """Asked for what a migration should still change, Alembic finds nothing."""
    upgrade(empty_place)
    with closing(empty_place.store()) as store, store.reading() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []


def test_every_step_down_undoes_its_step_up(empty_place: Place) -> None:
    """Climbed down one by one, each revision's database is again what it was on the way up; at last it is empty."""
    seen = []
    for revision in revisions():
        seen.append(structure(empty_place))
        upgrade(empty_place, revision)
    for revision, before in zip(["base", *revisions()[:-1]][::-1], seen[::-1], strict=True):
        downgrade(empty_place, revision)
        after = {name: is_ for name, is_ in structure(empty_place).items() if "alembic_version" not in name}
        assert after == {name: is_ for name, is_ in before.items() if "alembic_version" not in name}
