"""Claims about a home's own rules of names: logged when they change, and the log alone gives the graph again."""

from pathlib import Path

import orjson
import pytest

from catalog.catalog import Catalog
from catalog.identity.rules import KIND
from lineage.actors import Actor
from lineage.errors import BadInput
from lineage.names import DatasetId
from tests.support.graphs import moment, run_id

ACTOR = Actor(name="tester")
OLD, NEW = "warehouse-of-old", "warehouse"
RENAMED = f'[[namespaces]]\nfrom = "{OLD}"\nto = "{NEW}"\n'


def read(catalog: Catalog, run: str, namespace: str, minute: int = 0) -> None:
    body = {
        "eventType": "COMPLETE",
        "eventTime": moment(minute).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/RunEvent",
        "run": {"runId": str(run_id(run))},
        "job": {"namespace": "jobs", "name": run},
        "inputs": [{"namespace": namespace, "name": "t"}],
    }
    catalog.intake.accept(orjson.dumps(body), actor=ACTOR)


def names(catalog: Catalog, namespace: str) -> list[str]:
    """Who is around table t of namespace."""
    start = DatasetId(namespace=namespace, name="t")
    return [node.id for node in catalog.graph.walk(start, at=catalog.log.resolve()).nodes]


def test_without_a_file_nothing_is_logged(tmp_path: Path) -> None:
    """The packaged rules need no entry; an empty file says nothing new either."""
    with Catalog.open(tmp_path) as catalog:
        assert catalog.log.size == 0
    (tmp_path / "identity.toml").write_text("# nothing yet\n")
    with Catalog.open(tmp_path) as catalog:
        assert catalog.log.size == 0


def test_rules_are_logged_once_and_again_when_they_change(tmp_path: Path) -> None:
    """Opening twice logs once; a file taken away logs the packaged rules."""
    file = tmp_path / "identity.toml"
    file.write_text(RENAMED)
    for _ in range(2):
        with Catalog.open(tmp_path) as catalog:
            assert [entry.body()["rules"]["namespaces"] for entry in catalog.log.entries(KIND)] == [
                [{"from": OLD, "to": NEW}]
            ]
    file.unlink()
    with Catalog.open(tmp_path) as catalog:
        assert len(catalog.log.entries(KIND)) == 2


def test_the_graph_follows_from_the_log_alone(tmp_path: Path) -> None:
    """Rules in force at each entry give it its names, also when the home's file is gone."""
    with Catalog.open(tmp_path) as catalog:
        read(catalog, "before", OLD)
    (tmp_path / "identity.toml").write_text(RENAMED)
    with Catalog.open(tmp_path) as catalog:
        read(catalog, "after", OLD, minute=1)
        read(catalog, "new", NEW, minute=2)
        told = list(catalog.export())
    (tmp_path / "identity.toml").write_text('[platforms.mine]\nschemes = ["mine"]\n')
    with Catalog.open(tmp_path) as catalog:
        catalog.rebuild()
        assert list(catalog.export()) == told
        assert "jobs/after" in names(catalog, NEW) and "jobs/new" in names(catalog, NEW)


def test_a_bad_file_ends_in_one_clear_message(tmp_path: Path) -> None:
    """File, key, what was found, what would be right, and what to do; nothing is logged."""
    with Catalog.open(tmp_path):
        pass
    (tmp_path / "identity.toml").write_text('[platforms.s3]\ncase = "up"\n')
    with pytest.raises(BadInput) as caught:
        Catalog.open(tmp_path)
    assert "identity.toml: platforms.s3.case is 'up', and must be one of keep, lower, upper" in str(
        caught.value
    )
    (tmp_path / "identity.toml").write_bytes(b"\xff")
    with pytest.raises(BadInput, match=r"identity\.toml cannot be read"):
        Catalog.open(tmp_path)
    (tmp_path / "identity.toml").unlink()
    with Catalog.open(tmp_path) as catalog:
        assert catalog.log.size == 0
