"""Claims about lineage over HTTP: a long one comes in pages that are the whole, and two times can be compared."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from benchmarks.lineage_grid import WIDTH, event
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.services.api import catalog_app
from lineage.times import render_moment
from tests.support.record import ANNA

Json = dict[str, Any]
SUBJECT: dict[str, Any] = {"subject": "s3://lake/gold.t_2_50", "depth": 8}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """Three layers of the benchmark's graph in one commit, a fourth in another."""
    home: Path = tmp_path_factory.mktemp("grid")
    with Catalog.open(home) as made:
        for first, end in ((0, 3), (3, 4)):
            events = [event(number) for number in range(first * WIDTH, end * WIDTH)]
            made.intake.accept_all(events, actor=ANNA)
        yield made


@pytest.fixture(scope="module")
def http(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(
        catalog_app(catalog, Lake(tmp_path_factory.mktemp("lake")), without_token=False)
    ) as client:
        yield client


def asked(http: TestClient, path: str, **query: Any) -> Json:
    answer = http.get(f"/api/v2/lineage{path}", params={**SUBJECT, **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_all_pages_together_are_the_whole(http: TestClient) -> None:
    """Followed by `next`, at the times of the first page, they hold each node once and each edge."""
    whole = asked(http, "")["answer"]
    nodes: list[str] = []
    edges: list[Json] = []
    cursor, times = None, set()
    while True:
        page = asked(http, "", limit=7, **({} if cursor is None else {"next": cursor}))
        nodes += [node["id"] for node in page["answer"]["nodes"]]
        edges += page["answer"]["edges"]
        times.add((page["as_of"], page["known_at"], page["log_size"]))
        cursor = page["answer"]["next"]
        if cursor is None:
            break
    assert len(nodes) > 14 and sorted(nodes) == [node["id"] for node in whole["nodes"]]
    assert sorted(edges, key=str) == sorted(whole["edges"], key=str) and len(times) == 1


def test_a_cursor_belongs_to_its_question(http: TestClient) -> None:
    """Asked with it about anything else, the answer is a 4xx that says so."""
    cursor = asked(http, "", limit=7)["answer"]["next"]
    other = http.get("/api/v2/lineage", params={**SUBJECT, "depth": 3, "next": cursor})
    assert other.status_code == 422 and "cursor" in other.text


def test_two_lineages_are_compared(http: TestClient, catalog: Catalog) -> None:
    """What was learnt between is new, the rest the same; seen the other way round it is gone."""
    before = render_moment(catalog.log.entry(3 * WIDTH - 1).envelope.recorded_at)
    for times, change in (({"diff_known_at": before}, "new"), ({"known_at": before}, "gone")):
        now = render_moment(catalog.log.resolve().known_at)
        found = asked(http, "/difference", **{"diff_known_at": now, **times})["answer"]
        changes = {node["id"]: node["change"] for node in found["nodes"]}
        assert set(changes.values()) == {"same", change}
        assert changes[SUBJECT["subject"]] == "same" and changes["s3://lake/gold.t_3_50"] == change
