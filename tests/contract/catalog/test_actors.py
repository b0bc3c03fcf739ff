"""Actors are proven by tokens that are shown once; who made whom is in the log."""

from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.errors import NotAuthenticated
from lineage.actors import Actor, Role
from lineage.errors import BadInput, NotFound, Refused
from tests.support.record import ANNA


def test_a_token_authenticates_its_actor(catalog: Catalog) -> None:
    """Whoever shows the token is that actor, proven, with the role given."""
    token = catalog.actors.add("ben", Role.APPROVER, by=ANNA)
    assert catalog.actors.authenticate(token) == Actor(name="ben", authenticated=True, role=Role.APPROVER)


@pytest.mark.parametrize("token", ["", "guess", "\udcff"])
def test_another_token_opens_nothing(catalog: Catalog, token: str) -> None:
    """A token that was never given out is denied."""
    with pytest.raises(NotAuthenticated):
        catalog.actors.authenticate(token)


def test_a_new_token_ends_the_old(catalog: Catalog) -> None:
    """After `token`, only the new one opens the door."""
    old = catalog.actors.add("ben", Role.TRAINER, by=ANNA)
    new = catalog.actors.token("ben", by=ANNA)
    assert catalog.actors.authenticate(new).name == "ben"
    with pytest.raises(NotAuthenticated, match="token of ben was revoked"):
        catalog.actors.authenticate(old)


def test_revoking_closes_the_door(catalog: Catalog) -> None:
    """After `revoke` no token of the actor is good, and the list shows none."""
    token = catalog.actors.add("ben", Role.AUDITOR, by=ANNA)
    assert catalog.actors.revoke("ben", by=ANNA) == 1
    with pytest.raises(NotAuthenticated):
        catalog.actors.authenticate(token)
    assert [(known.name, known.role, known.tokens) for known in catalog.actors.list()] == [
        ("ben", Role.AUDITOR, 0)
    ]


def test_a_name_is_given_once(catalog: Catalog) -> None:
    """A second actor of the same name is refused, and the message says what to do instead."""
    catalog.actors.add("ben", Role.TRAINER, by=ANNA)
    with pytest.raises(Refused, match="lakeproof actors token ben"):
        catalog.actors.add("ben", Role.APPROVER, by=ANNA)
    assert catalog.actors.list()[0].role is Role.TRAINER


@pytest.mark.parametrize("name", ["", " ben", "two\nlines"])
def test_a_name_can_be_read(catalog: Catalog, name: str) -> None:
    """A name that a list could not show is bad input."""
    with pytest.raises(BadInput, match="cannot name an actor"):
        catalog.actors.add(name, Role.TRAINER, by=ANNA)


def test_nobody_gets_a_token_unknown(catalog: Catalog) -> None:
    """A token for, or of, an actor nobody added: the message lists who is known."""
    catalog.actors.add("ben", Role.TRAINER, by=ANNA)
    with pytest.raises(NotFound, match="known: ben"):
        catalog.actors.token("carl", by=ANNA)
    with pytest.raises(NotFound, match="actors add carl"):
        catalog.actors.revoke("carl", by=ANNA)


def test_every_change_is_an_entry(catalog: Catalog, tmp_path: Path) -> None:
    """The log says who did what to whom; no file of the home holds a token."""
    tokens = [catalog.actors.add("ben", Role.TRAINER, by=ANNA), catalog.actors.token("ben", by=ANNA)]
    catalog.actors.revoke("ben", by=ANNA)
    entries = catalog.log.entries()
    assert [(entry.kind, entry.body()["name"], entry.actor.name) for entry in entries] == [
        ("actor-added", "ben", "anna"),
        ("token-issued", "ben", "anna"),
        ("token-revoked", "ben", "anna"),
    ]
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(token.encode() in stored for token in tokens)


def test_actors_are_rebuilt_from_the_log(catalog: Catalog) -> None:
    """After a rebuild the same tokens open the same doors, and no others."""
    old = catalog.actors.add("ben", Role.TRAINER, by=ANNA)
    new = catalog.actors.token("ben", by=ANNA)
    gone = catalog.actors.add("carl", Role.AUDITOR, by=ANNA)
    catalog.actors.revoke("carl", by=ANNA)
    known = catalog.actors.list()
    catalog.rebuild()
    assert catalog.actors.list() == known
    assert catalog.actors.authenticate(new) == Actor(name="ben", authenticated=True, role=Role.TRAINER)
    for token in (old, gone):
        with pytest.raises(NotAuthenticated):
            catalog.actors.authenticate(token)
