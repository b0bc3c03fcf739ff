"""Claims about Marquez's reads: its shapes, its count of depth, its statuses, at our two times."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.lineage_grid import WIDTH, event
from catalog.catalog import Catalog
from catalog.marquez.errors import BadNode
from catalog.marquez.ids import dataset_id, field_id, job_id, parse_node
from catalog.marquez.routes import marquez_routes
from lineage.names import ColumnId, DatasetId, JobId
from tests.support.graphs import facet
from tests.support.record import ANNA

LAYERS = 12


def client(catalog: Catalog) -> TestClient:
    app = FastAPI()
    app.include_router(marquez_routes(catalog))
    return TestClient(app)


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The benchmark's graph, twelve layers of it, behind Marquez's routes."""
    with Catalog.open(tmp_path_factory.mktemp("grid")) as catalog:
        catalog.intake.accept_all([event(number) for number in range(LAYERS * WIDTH)], actor=ANNA)
        yield client(catalog)


def graph(http: TestClient, path: str, **query: Any) -> dict[str, dict[str, Any]]:
    answer = http.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return {node["id"]: node for node in answer.json()["graph"]}


def test_the_graphs_are_those_of_marquez(http: TestClient) -> None:
    """As many nodes as Marquez finds in the same graph; every edge stands at both of its ends; names parse."""
    for depth, nodes in ((2, 46), (5, 199)):
        for node in ("dataset:s3://lake:gold.t_6_50", "job:bench:job_6_50"):
            found = graph(http, "lineage", nodeId=node, depth=depth)
            assert len(found) == nodes and node in found
            for each in found.values():
                assert all(edge in found[edge["origin"]]["outEdges"] for edge in each["inEdges"])
                assert all(edge in found[edge["destination"]]["inEdges"] for edge in each["outEdges"])
    job = graph(http, "lineage", nodeId="job:bench:job_6_50", depth=0)["job:bench:job_6_50"]
    assert (job["type"], job["data"]["type"], job["data"]["latestRun"]["state"]) == (
        "JOB",
        "BATCH",
        "COMPLETED",
    )
    assert [each["name"] for each in job["data"]["inputs"]] == ["gold.t_5_50", "gold.t_5_51"]
    amt = "datasetField:s3://lake:gold.t_6_50:amt"
    columns = graph(http, "column-lineage", nodeId=amt, depth=5)
    assert len(columns) == 21
    assert columns[amt]["data"]["fieldType"] == "DECIMAL(18,2)" and len(columns[amt]["inEdges"]) == 2
    assert {edge["origin"] for edge in columns[amt]["inEdges"]} == {amt}
    below = graph(http, "column-lineage", nodeId=amt, depth=1, withDownstream=True)
    assert len(below) == 5
    whole = graph(http, "column-lineage", nodeId="job:bench:job_6_50", depth=1)
    assert len(whole) == 12


def test_one_thing_is_one_node_under_any_of_its_names(tmp_path: Path) -> None:
    """A table that a symlink names, with the columns stated of its folder; each name leads to it."""
    link = {"namespace": "hive://m:9083", "name": "d.t", "type": "TABLE"}
    facets = {
        "schema": facet(fields=[{"name": "Id", "type": "int"}]),
        "symlinks": facet(identifiers=[link]),
    }
    body = {
        "eventType": "COMPLETE",
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/RunEvent",
        "run": {"runId": "0192f5a0-0000-7000-8000-000000000001"},
        "job": {"namespace": "jobs", "name": "j"},
        "outputs": [{"namespace": "s3a://b", "name": "/t/", "facets": facets}],
    }
    with Catalog.open(tmp_path) as catalog:
        catalog.intake.accept(orjson.dumps(body), actor=ANNA)
        asked = client(catalog)
        for node in ("dataset:hive://m:9083:d.t", "dataset:s3://b:t", "dataset:s3a://b/:/t/"):
            found = graph(asked, "lineage", nodeId=node)
            assert set(found) == {"job:jobs:j", "dataset:hive://m:9083:d.t"}, node
            told = found["dataset:hive://m:9083:d.t"]["data"]
            assert [(each["name"], each["type"]) for each in told["fields"]] == [("id", "int")]
        told = asked.get("/api/v1/namespaces/s3%3A%2F%2Fb/datasets/t").json()
        assert (told["id"]["name"], told["fields"][0]["name"]) == ("d.t", "id")


def test_the_past_is_answered(http: TestClient) -> None:
    """Both times are taken: a table that was not yet written has no jobs below it, one not yet known is unknown."""
    early = {"as_of": "2025-10-09T09:03:30Z"}  # in the seventh layer
    node = "dataset:s3://lake:gold.t_5_50"
    assert len(graph(http, "lineage", nodeId=node, depth=1)) > len(
        graph(http, "lineage", nodeId=node, depth=1, **early)
    )
    past = {"nodeId": node, "known_at": "2020-01-01T00:00:00Z"}
    assert http.get("/api/v1/lineage", params=past).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("lineage?nodeId=dataset:s3://lake:gone", 404),
        ("lineage?nodeId=job:bench:gone", 404),
        ("column-lineage?nodeId=datasetField:s3://lake:gold.t_1_1:gone", 404),
        ("lineage?nodeId=table:x:y", 400),
        ("lineage?nodeId=dataset:alone", 400),
        ("lineage?nodeId=datasetField:s3://lake:gold.t_1_1:amt", 400),
        ("lineage", 400),
        ("lineage?nodeId=job:bench:job_1_1&depth=-1", 400),
        ("lineage?nodeId=job:bench:job_1_1&depth=far", 400),
        ("lineage?nodeId=job:bench:job_1_1&as_of=soon", 400),
        ("namespaces/none/jobs", 404),
        ("namespaces/bench/jobs/gone", 404),
        ("search", 400),
    ],
)
def test_statuses_are_those_of_marquez(http: TestClient, path: str, status: int) -> None:
    """What cannot be read is 400, what is not known 404, each with what to do next."""
    answer = http.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, status)
    assert answer.json()["message"] and answer.json()["next_move"]


def test_each_database_answers_alike(catalog: Catalog) -> None:
    """The same reads over each database that a record may lie in."""
    catalog.intake.accept_all([event(number) for number in (0, 1, 100)], actor=ANNA)
    http = client(catalog)
    assert len(graph(http, "lineage", nodeId="dataset:s3://lake:gold.t_0_1", depth=2)) == 9
    column = "datasetField:s3://lake:gold.t_1_0:amt"
    assert len(graph(http, "column-lineage", nodeId=column, withDownstream=True)) == 6
    assert len(http.get("/api/v1/namespaces").json()["namespaces"]) == 2
    assert http.get("/api/v1/namespaces/bench/jobs").json()["totalCount"] == 3
    assert http.get("/api/v1/search?q=gold").json()["totalCount"] == 3


def test_lists_and_search(http: TestClient) -> None:
    """Namespaces, the jobs and datasets of one a page at a time, single ones, and names that match."""
    names = [each["name"] for each in http.get("/api/v1/namespaces").json()["namespaces"]]
    assert names == ["bench", "s3://lake"]
    page = http.get("/api/v1/namespaces/bench/jobs?limit=2&offset=1").json()
    assert page["totalCount"] == LAYERS * WIDTH
    assert [each["name"] for each in page["jobs"]] == ["job_0_1", "job_0_10"]
    datasets = http.get("/api/v1/namespaces/s3%3A%2F%2Flake/datasets?limit=1").json()
    assert (datasets["totalCount"], datasets["datasets"][0]["name"]) == ((LAYERS + 1) * WIDTH, "gold.t_0_0")
    assert http.get("/api/v1/namespaces/bench/jobs/job_3_3").json()["latestRun"]["state"] == "COMPLETED"
    assert len(http.get("/api/v1/namespaces/s3%3A%2F%2Flake/datasets/gold.t_0_0").json()["fields"]) == 4
    found = http.get("/api/v1/search/?q=t_3_3&filter=DATASET&limit=100").json()
    assert found["results"][0]["nodeId"] == "dataset:s3://lake:gold.t_3_3"
    assert found["totalCount"] == len(found["results"]) == 11


_NAMES = st.text(alphabet="ab:/#1.", min_size=1, max_size=8)


@given(_NAMES, _NAMES, _NAMES)
def test_a_node_id_means_what_it_was_made_from(namespace: str, name: str, field: str) -> None:
    """Whatever colons names hold, what an id was made from is among what it may mean."""
    dataset = DatasetId(namespace=namespace, name=name)
    assert dataset in parse_node(dataset_id(dataset))
    assert JobId(namespace=namespace, name=name) in parse_node(job_id(JobId(namespace=namespace, name=name)))
    assert ColumnId(dataset=dataset, column=field) in parse_node(field_id(dataset, field))


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("s3://lake", "gold.t"),
        ("postgres://host:5432", "db.public.t"),
        ("ns", "a:b"),
        ("kafka://h:9092", "x"),
    ],
)
def test_usual_names_are_read_at_once(namespace: str, name: str) -> None:
    """A scheme's colon and a port's part nothing: the first reading is the right one."""
    dataset = DatasetId(namespace=namespace, name=name)
    assert parse_node(dataset_id(dataset))[0] == dataset
    assert parse_node(field_id(dataset, "c"))[0] == ColumnId(dataset=dataset, column="c")


def test_what_is_no_node_id_is_refused() -> None:
    """An id of no kind, or of one part, is named."""
    with pytest.raises(BadNode, match="'run:x' is not a node id"):
        parse_node("run:x")
