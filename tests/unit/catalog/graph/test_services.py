"""Claims about services on the level of tables: what one request did not read, others still do."""

from collections.abc import Iterator, Sequence

import orjson
import pytest

from lineage.graph import Direction, Level
from lineage.openlineage import ParsedEvent, parse_event
from tests.support.graphs import MemoryGraph, columns, dataset, facet, mention, moment, run_id


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph()
    yield made
    made.close()


def batch(
    run: str, *, reads: Sequence[str], minute: int, kind: str | None, state: str = "COMPLETE"
) -> ParsedEvent:
    """A run of one job that answers requests into lake.answers."""
    lineage = {"columnLineage": columns(score=["lake.features.x DIRECT/IDENTITY"])} if reads else {}
    body = {
        "eventType": state,
        "eventTime": moment(minute).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/RunEvent",
        "run": {"runId": str(run_id(run))},
        "job": {
            "namespace": "jobs",
            "name": "answering",
            "facets": {"jobType": facet(processingType=kind, integration="TEST")} if kind else {},
        },
        "inputs": [mention(name) for name in reads],
        "outputs": [mention(f"lake.answers@{minute}", **lineage)],
    }
    return parse_event(orjson.dumps(body))


@pytest.mark.parametrize(("kind", "still_read"), [("SERVICE", True), ("BATCH", False)])
def test_a_service_still_reads_what_its_last_request_did_not_name(
    graph: MemoryGraph, kind: str, still_read: bool
) -> None:
    """After a request that failed before it read anything; a batch job that reads no more has stopped."""
    graph.apply(
        batch("first", reads=["lake.features@1"], minute=1, kind=kind),
        batch("failed", reads=[], minute=2, kind=kind),
    )
    for level in (Level.TABLE, Level.COLUMN):
        found = graph.reader.walk(dataset("lake.answers"), direction=Direction.UP, level=level, at=graph.at())
        assert any(node.label.startswith("lake.features") for node in found.nodes) is still_read


def test_what_start_says_of_its_job_holds_when_the_run_completes(graph: MemoryGraph) -> None:
    """Most producers say what a job is once a run; that it is a service is known from then on."""
    graph.apply(batch("first", reads=["lake.features@1"], minute=1, kind=None))
    graph.apply(batch("other", reads=[], minute=3, kind=None))
    graph.apply(batch("other", reads=[], minute=2, kind="SERVICE", state="START"))
    for size, read in ((2, set[str]()), (3, {"lake.features"})):
        at = graph.at(size=size)
        found = graph.reader.walk(dataset("lake.answers"), direction=Direction.UP, at=at)
        assert {node.label for node in found.nodes} - {"lake.answers", "answering"} == read
