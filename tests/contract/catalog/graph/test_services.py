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


def job_event(minute: int, kind: str | None) -> ParsedEvent:
    """A statement about the job alone; without a kind it takes back what was said of its type."""
    said = facet(processingType=kind, integration="TEST") if kind else facet(_deleted=True)
    body = {
        "eventTime": moment(minute).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/JobEvent",
        "job": {"namespace": "jobs", "name": "answering", "facets": {"jobType": said}},
    }
    return parse_event(orjson.dumps(body))


def read_by(graph: MemoryGraph, **at: int) -> set[str]:
    """What the answers come from, at two times."""
    found = graph.reader.walk(dataset("lake.answers"), direction=Direction.UP, at=graph.at(**at))
    return {node.label for node in found.nodes} - {"lake.answers", "answering"}


def test_what_start_says_of_its_job_holds_when_the_run_completes(graph: MemoryGraph) -> None:
    """Most producers say what a job is once a run; that it is a service is known from then on."""
    graph.apply(batch("first", reads=["lake.features@1"], minute=1, kind=None))
    graph.apply(batch("other", reads=[], minute=3, kind=None))
    graph.apply(batch("other", reads=[], minute=2, kind="SERVICE", state="START"))
    assert read_by(graph, size=2) == set()
    assert read_by(graph, size=3) == {"lake.features"}


def test_a_service_never_completes(graph: MemoryGraph) -> None:
    """The START of a run that goes on for ever says what the job is, also of runs of it that did complete."""
    graph.apply(
        batch("first", reads=["lake.features@1"], minute=1, kind=None),
        batch("failed", reads=[], minute=2, kind=None),
        batch("for ever", reads=[], minute=3, kind="SERVICE", state="START"),
    )
    assert read_by(graph) == {"lake.features"}
    assert read_by(graph, as_of=2) == set()
    assert read_by(graph, size=2) == set()


def test_a_job_event_says_what_its_job_is(graph: MemoryGraph) -> None:
    """Once for all runs that say nothing of it, until another word: at both times the last one wins."""
    graph.apply(
        job_event(0, "SERVICE"),
        batch("first", reads=["lake.features@1"], minute=1, kind=None),
        batch("failed", reads=[], minute=2, kind=None),
    )
    assert read_by(graph) == {"lake.features"}
    graph.apply(job_event(5, "BATCH"))
    assert read_by(graph) == set()
    assert read_by(graph, as_of=4) == {"lake.features"}
    assert read_by(graph, size=3) == {"lake.features"}


def test_a_job_event_can_take_back_that_its_job_is_a_service(graph: MemoryGraph) -> None:
    """By deleting the facet that said so; a statement that comes late, of an earlier time, changes nothing."""
    graph.apply(
        batch("first", reads=["lake.features@1"], minute=1, kind="SERVICE"),
        batch("failed", reads=[], minute=2, kind=None),
    )
    assert read_by(graph) == {"lake.features"}
    graph.apply(job_event(4, None))
    assert read_by(graph) == set()
    graph.apply(job_event(3, "SERVICE"))
    assert read_by(graph) == set()
    assert read_by(graph, as_of=3) == {"lake.features"}
