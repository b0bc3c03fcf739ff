"""A record of any older schema is brought to the newest: its log untouched, its projections those of today."""

import base64
from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import Catalog
from catalog.log.files import LogFiles
from catalog.log.keys import KeyFile
from lineage.certainty import Verified
from lineage.checkpoints import Checkpoint, sign
from lineage.merkle import EMPTY_ROOT
from tests.support.migrating import downgrade, revisions, upgrade
from tests.support.older import Old, left_by, put_back
from tests.support.places import Place
from tests.support.record import ANNA


def signed_when_empty(home: Path) -> None:
    """As every home's log is when it is made."""
    home.mkdir(exist_ok=True)
    key = KeyFile(home / "keys" / "log.key").read()
    files = LogFiles(home / "log")
    files.publish_key(key.verifier)
    files.publish_checkpoint(sign(Checkpoint(origin=key.origin, size=0, root=EMPTY_ROOT), key.private))


@pytest.fixture(scope="module")
def afresh(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The export of a record that today takes the events of the oldest."""
    with Place(home=tmp_path_factory.mktemp("afresh")).open() as catalog:
        for payload in _events(left_by(revisions()[0])):
            catalog.intake.accept(payload, actor=ANNA)
        return list(catalog.export())


def _events(old: Old) -> list[bytes]:
    kinds = {row["seq"]: row["kind"] for row in _rows(old, "log_entries")}
    bodies = {row["seq"]: bytes.fromhex(row["body"]["hex"]) for row in _rows(old, "log_payloads")}
    return [body for seq, body in bodies.items() if kinds[seq] == "openlineage"]


def _rows(old: Old, table: str) -> list[dict[str, Any]]:
    stated = old["tables"][table]
    return [dict(zip(stated["columns"], row, strict=True)) for row in stated["rows"]]


def is_whole(catalog: Catalog, old: Old) -> None:
    """The log is what it was, entry by entry and as a tree; who could act still can."""
    before = [(row["seq"], row["recorded_at"], row["leaf"]["hex"]) for row in _rows(old, "log_entries")]
    kept = [entry.envelope for entry in catalog.log.entries(upto=old["size"])]
    assert [(each.seq, each.leaf.hex()) for each in kept] == [(seq, leaf) for seq, _, leaf in before]
    assert isinstance(catalog.log.verify(), Verified)
    assert catalog.actors.authenticate("token").name == "berta"
    assert [actor.name for actor in catalog.actors.list()] == ["berta"]


@pytest.mark.parametrize("revision", revisions())
def test_a_record_of_an_older_schema_is_opened(empty_place: Place, revision: str, afresh: list[str]) -> None:
    """Its log is untouched and signs the same tree; graph and aspects are those that its events make today."""
    old = put_back(empty_place, revision)
    signed_when_empty(empty_place.home)
    with empty_place.open() as catalog:
        is_whole(catalog, old)
        assert list(catalog.export()) == afresh
        note = catalog.log.checkpoint()
        size, root = note.split("\n")[1:3]
        assert (int(size), base64.b64decode(root).hex()) == (old["size"], old["root"])
        assert catalog.aspects.project() > 0


def test_a_record_goes_down_and_up_again(empty_place: Place) -> None:
    """Down to the first schema, whose tables are the log's, and up: nothing of the log is lost, all else is made."""
    old = put_back(empty_place, revisions()[-1])
    signed_when_empty(empty_place.home)
    with empty_place.open() as catalog:
        whole = list(catalog.export())
    downgrade(empty_place, revisions()[0])
    upgrade(empty_place)
    with empty_place.open() as catalog:
        is_whole(catalog, old)
        assert list(catalog.export()) == whole
