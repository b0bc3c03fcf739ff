"""Claims about foreign producers' versions over HTTP: what stands on them, and which questions are understood."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from audit_app import text
from audit_app.behind.meant import find_version
from audit_app.questions.impact import impact
from audit_app.sources import Sources
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.services.api import catalog_app
from lineage.errors import BadInput
from tests.support.graphs import facet
from tests.support.record import ANNA, event

SPACE = "pg://h:5432"


def at_version(name: str, version: str | None) -> dict[str, Any]:
    facets = {} if version is None else {"version": facet(datasetVersion=version)}
    return {"namespace": SPACE, "name": name, "facets": facets}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    home: Path = tmp_path_factory.mktemp("foreign")
    with Catalog.open(home) as catalog:
        made = [
            event(1, inputs=[at_version("s/va", "1")], outputs=[at_version("vb", "7")]),
            event(2, inputs=[at_version("vb", "7")], outputs=[at_version("vc", None)]),
        ]
        catalog.intake.accept_all(made, actor=ANNA)
        yield Sources(catalog=catalog, lake=Lake(home / "lake"))


@pytest.fixture(scope="module")
def http(sources: Sources) -> Iterator[TestClient]:
    app = catalog_app(sources.catalog, sources.lake, without_token=False)
    with TestClient(app) as client:
        yield client


def test_a_foreign_version_has_an_impact(http: TestClient, sources: Sources) -> None:
    """In the path and as a parameter alike, and by its plain name; of the same shape as one of ours."""
    told = [
        http.get(f"/api/v2/impact/{SPACE}/s/va@1"),
        http.get("/api/v2/impact", params={"version": f"{SPACE}/s/va@1"}),
        http.get("/api/v2/impact", params={"version": "s/va@1"}),
    ]
    assert [each.status_code for each in told] == [200] * 3, told[0].text
    first, *others = (each.json()["answer"] for each in told)
    assert first["version"] == f"{SPACE}/s/va@1" and first["tables"] == [f"{SPACE}/vb@7", f"{SPACE}/vc"]
    assert len(first["runs"]) == 2 and first["predictions"] == {"count": 0, "denied": 0}
    assert all(each == first for each in others)
    at = sources.catalog.log.resolve()
    lines = text.impact(impact(sources, find_version(sources, f"{SPACE}/vb@7", at), at))
    assert any(f"{SPACE}/vc" in line for line in lines)


@pytest.mark.parametrize(
    ("version", "status"), [(f"{SPACE}/s/va@2", 404), ("gold.x@1", 404), ("nonsense", 422)]
)
def test_what_is_no_version_is_said_to_be_none(http: TestClient, version: str, status: int) -> None:
    """One that nobody stated, one of ours that is not there, a word."""
    answer = http.get("/api/v2/impact", params={"version": version})
    assert answer.status_code == status and answer.json()["next_move"]


def test_a_plain_word_names_no_version(sources: Sources) -> None:
    """The same on the command line, as bad input."""
    with pytest.raises(BadInput, match="not a table version"):
        find_version(sources, "nonsense", sources.catalog.log.resolve())


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/api/v2/lineage?subject=out&directoin=up", "direction?"),
        ("/api/v2/lineage/difference?subject=out&bogus=1", "diff_as_of"),
        ("/api/v2/impact?version=gold.x@1&bogus=1", "as_of, known_at, version"),
        ("/api/v2/impact/gold.x@1?bogus=1", "as_of, known_at"),
        ("/api/v2/trace/00000000-0000-0000-0000-000000000001?bogus=1", "as_of, known_at"),
        ("/api/v2/refused?bogus=1", "before, limit"),
        ("/api/v2/refused/1?bogus=1", "no parameter"),
    ],
)
def test_a_parameter_that_a_question_has_not_is_named(http: TestClient, path: str, known: str) -> None:
    """With those that it has: a misspelt one would else change the answer in silence."""
    answer = http.get(path)
    assert answer.status_code == 422
    [fault] = json.loads(answer.text)["faults"]
    assert fault["path"] in ("$.query.bogus", "$.query.directoin") and known in fault["wanted"]
