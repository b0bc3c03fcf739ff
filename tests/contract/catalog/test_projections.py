"""Projections have a form, which is stored; another form than the program's is filled again from the log, once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from catalog import projections
from catalog.catalog import Catalog
from catalog.store import Store
from lineage.actors import Role
from tests.support.record import ANNA, event


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose record has an actor and three events."""
    with Catalog.open(tmp_path) as catalog:
        catalog.actors.add("berta", Role.APPROVER, by=ANNA)
        for number in range(1, 4):
            catalog.intake.accept(event(number), actor=ANNA)
    return tmp_path


def spoil(home: Path, *statements: str) -> None:
    """Change the database behind the program's back."""
    with closing(Store.of(home)) as store, store.sequenced() as session:
        for statement in statements:
            session.execute(text(statement))


def told(home: Path) -> tuple[list[str], list[str]]:
    with Catalog.open(home) as catalog:
        return list(catalog.export()), [actor.name for actor in catalog.actors.list()]


@pytest.mark.parametrize("name", projections.FORMS)
@pytest.mark.parametrize("before", ["UPDATE projections SET number = 0", "DELETE FROM projections"])
def test_another_form_is_filled_again_when_opened(home: Path, name: str, before: str) -> None:
    """A stored number other than the program's, or none: everything projected comes from the log again."""
    whole = told(home)
    assert whole[0] and whole[1] == ["berta"]
    spoil(home, "DELETE FROM graph_flows", "DELETE FROM actor_tokens", "DELETE FROM actors")
    assert told(home) != whole, "an unchanged form is left as it is"
    spoil(home, f"{before} WHERE name = '{name}'")
    assert told(home) == whole


def test_a_form_nobody_knows_is_another_form(home: Path) -> None:
    """A projection that a later program added, and this one does not fill, is no reason to trust the rest."""
    spoil(home, "INSERT INTO projections VALUES ('dreams', 1)")
    with closing(Store.of(home)) as store:
        assert projections.renew(store)
        assert not projections.renew(store)


def test_opened_twice_at_once_it_is_done_once(home: Path) -> None:
    """Of those that find another form at the same time, one rebuilds and the others wait for it."""
    spoil(home, "DELETE FROM projections")
    ready = Barrier(4)

    def renew() -> bool:
        with closing(Store.of(home)) as store:
            ready.wait()
            return projections.renew(store)

    with ThreadPoolExecutor(max_workers=4) as pool:
        done = [pool.submit(renew) for _ in range(4)]
    assert sorted(each.result() for each in done) == [False, False, False, True]
