"""Claims about which thing is meant: every id that an answer prints can be asked for, whatever its namespace."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from audit_app.questions.lineage import Extent, find_graph, start_id
from audit_app.sources import Sources
from lineage.errors import BadInput, NotFound
from lineage.graph import Graph, Level
from lineage.openlineage import ParsedEvent, parse_event
from tests.support.graphs import MemoryGraph, facet, run_id

#: Namespace and name, as OpenLineage's page of names has them, and some worse.
NAMES = [
    ("bigquery", "p.d.t"),
    ("file", "/tmp/x y"),
    ("arn:aws:glue:us-east-1:123456789012", "table/db/t"),
    ("azurecosmos://h/dbs/d", "colls/tab"),
    ("pubsub", "topic:p:t"),
    ("food_delivery", "public.x"),
    ("kafka://k:9092", "top/ic"),
    ("ns", "a/b"),
    ("hdfs://nn:8020", "/p/t"),
    ("mysql://h:3306", "d.t@home"),
    ("postgres://h:5432", "d.s#.t"),
    ("a/b/c/d/e/f/g/h/i/j", "k/l"),
    ("lake", "gold.loans"),
]
JOBS = ["jobs", "airflow", "http://scheduler/of/dags"]


def told(index: int, namespace: str, name: str) -> ParsedEvent:
    """A job of that number that makes the dataset, at a version and of a column, out of another."""
    kind = {"type": "DIRECT", "subtype": "IDENTITY"}
    source = {"namespace": "made up", "name": "source", "field": "x", "transformations": [kind]}
    lineage = facet(fields={"c#1": {"inputFields": [source]}, "x": {"inputFields": [source]}}, dataset=[])
    body: dict[str, Any] = {
        "eventType": "COMPLETE",
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/RunEvent",
        "run": {"runId": str(run_id(str(index))), "facets": {}},
        "job": {"namespace": JOBS[index % 3], "name": f"BQ/{index}.upload"},
        "inputs": [{"namespace": "made up", "name": "source"}],
        "outputs": [
            {
                "namespace": namespace,
                "name": name,
                "facets": {"columnLineage": lineage, "version": facet(datasetVersion="v@1")},
            }
        ],
    }
    return parse_event(orjson.dumps(body))


@pytest.fixture(scope="module")
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph(*(told(index, *name) for index, name in enumerate(NAMES)))
    yield made
    made.close()


def ask(graph: MemoryGraph, subject: str, level: Level = Level.TABLE) -> tuple[str, Graph]:
    sources = cast(Sources, SimpleNamespace(catalog=SimpleNamespace(graph=graph.reader), lake=None))
    start, found, _ = find_graph(sources, subject, Extent(level=level), graph.at())
    return start_id(start), found


@pytest.mark.parametrize("level", list(Level))
def test_every_id_that_an_answer_prints_can_be_asked_for(graph: MemoryGraph, level: Level) -> None:
    """Datasets, versions, columns, jobs and runs: the same id leads to the same node."""
    _, printed = ask(graph, "made up/source", level)
    assert len(printed.nodes) > 2 * len(NAMES)
    for node in printed.nodes:
        start, found = ask(graph, node.id, level)
        assert start == node.id and node in found.nodes


@pytest.mark.parametrize(
    "subject", ["p.d.t", "public.x", "BQ/2.upload", "table/db/t", "public.x@v@1", "public.x#x"]
)
def test_a_plain_name_known_once_is_found(graph: MemoryGraph, subject: str) -> None:
    """Without its namespace, as people say it; with a version or a column, too."""
    assert ask(graph, subject)[0].endswith(subject)


def test_what_several_things_are_called_is_an_error_that_lists_them() -> None:
    """An id cut at several places, a name in two namespaces; each can be asked for by the name that is listed."""
    graph = MemoryGraph(told(0, "n/a", "b"), told(1, "n", "a/b"), told(3, "m", "b"))
    for subject, listed in (
        ("n/a/b", ["dataset:n/a%2Fb", "dataset:n%2Fa/b"]),
        ("b", ["dataset:m/b", "dataset:n%2Fa/b"]),
    ):
        with pytest.raises(BadInput, match="is the name of 2 things") as error:
            ask(graph, subject)
        assert error.value.next_move == f"ask for one of {', '.join(listed)}"
        assert all(ask(graph, each)[0] for each in listed)
    with pytest.raises(NotFound, match="nothing named"):
        ask(graph, "dataset:n/c")
    graph.close()


def test_our_own_of_a_name_comes_first() -> None:
    """A table of the lake is meant by its plain name, whoever else has such a one; the other has an id."""
    graph = MemoryGraph(told(0, "lakeproof://lake", "gold.loans"), told(1, "pg://h:1", "gold.loans"))
    assert ask(graph, "gold.loans")[0] == "lakeproof://lake/gold.loans"
    assert ask(graph, "pg://h:1/gold.loans")[0] == "pg://h:1/gold.loans"
    graph.close()
