"""What a run's record says of the run, its job and its datasets, folded from all its events."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from catalog.graph.records import RunRecord
from lineage.names import JobId
from lineage.openlineage import parse_event
from lineage.openlineage.told import Owner, Tag
from lineage.recorder import RunRef
from tests.support.facets import LINKS, PARENT_RUN, ROOT_RUN, TASK, facet
from tests.support.graphs import MemoryGraph, moment, run_id


def event(state: str, minute: int, **parts: Any) -> bytes:
    job = {"namespace": "jobs", "name": "job", "facets": parts.get("job", {})}
    return orjson.dumps(
        {
            "eventType": state,
            "eventTime": moment(minute).isoformat(),
            "producer": "urn:test",
            "schemaURL": "urn:test#RunEvent",
            "run": {"runId": str(run_id("r")), "facets": parts.get("run", {})},
            "job": job,
            "inputs": [],
            "outputs": [{"namespace": "warehouse", "name": "t", "facets": parts["out"]}]
            if "out" in parts
            else [],
        }
    )


def record(*events: bytes) -> RunRecord:
    graph = MemoryGraph(*(parse_event(each) for each in events))
    found = graph.reader.run(run_id("r"), graph.at())
    graph.close()
    return found


def test_a_run_tells_its_nominal_time_engine_query_root_and_tags() -> None:
    """Each where its facet is understood, from whichever event stated it."""
    parent = facet(
        run={"runId": PARENT_RUN},
        job=TASK,
        root={"run": {"runId": ROOT_RUN}, "job": {"namespace": "airflow", "name": "dag"}},
    )
    start = {
        "parent": parent,
        "nominalTime": facet(nominalStartTime="2026-03-04T00:00:00+01:00"),
        "processing_engine": facet(version="4.0.1", name="spark"),
        "tags": facet(tags=[{"key": "tier", "value": "1", "source": "USER"}]),
    }
    end = {
        "externalQuery": facet(externalQueryId="job_1", source="bigquery"),
        "extractionError": facet(totalTasks=3.0, failedTasks=1, errors=[]),
    }
    told = record(event("START", 0, run=start), event("COMPLETE", 1, run=end)).told
    assert told.nominal_start == datetime(2026, 3, 3, 23, tzinfo=UTC) and told.nominal_end is None
    assert told.engine == ("spark", "4.0.1") and told.query == ("bigquery", "job_1")
    assert told.unread == (1, 3)
    assert told.root is not None and told.root.id == UUID(ROOT_RUN)
    assert told.root == RunRef(id=told.root.id, job=JobId(namespace="airflow", name="dag"))
    assert told.tags == (Tag(key="tier", value="1", source="USER"),)


def test_jobs_and_datasets_tell_what_they_are_and_whose() -> None:
    """Description, type, owners, tags; those of columns name their column."""
    job = {
        "jobType": facet(processingType="STREAMING", integration="FLINK", jobType="JOB"),
        "documentation": facet(description="counts"),
        "ownership": facet(owners=[{"name": "team:b"}, {"name": "ann", "type": "MAINTAINER"}]),
        "tags": facet(tags=[]),
    }
    out = {
        "datasetType": facet(datasetType="VIEW", subType="MATERIALIZED"),
        "documentation": facet(description="the counts"),
        "ownership": facet(owners=[{"name": "ann"}]),
        "tags": facet(tags=[{"key": "pii", "value": "true", "field": "name"}]),
    }
    found = record(event("COMPLETE", 1, job=job, out=out))
    assert (found.job_told.processing, found.job_told.description) == ("STREAMING", "counts")
    assert found.job_told.owners == (Owner(name="ann", kind="MAINTAINER"), Owner(name="team:b"))
    told = found.outputs[0].told
    assert (told.kind, told.description) == ("VIEW/MATERIALIZED", "the counts")
    assert told.tags == (Tag(key="pii", value="true", column="name"),)


def test_a_facet_taken_back_is_gone_from_then_on() -> None:
    """`_deleted` after it ends it; said before it, in time, it ends nothing. However they arrive."""
    taken_back = {**LINKS, "_deleted": True}
    says = {"documentation": facet(description="counts")}
    first = event("START", 1, job=says, out=says)
    gone = event("RUNNING", 2, job={"documentation": taken_back}, out={"documentation": taken_back})
    again = event("COMPLETE", 3, job=says, out=says)
    for events in ([first, gone], [gone, first]):
        found = record(*events)
        assert found.job_facets == {} and found.outputs[0].facets == {}
    for events in ([first, gone, again], [again, gone, first]):
        found = record(*events)
        assert set(found.job_facets) == {"documentation"} == set(found.outputs[0].facets)


def test_the_later_word_on_a_dataset_wins_with_or_without_a_version() -> None:
    """A version named early does not make the early facets the last word."""
    pinned = {"version": facet(datasetVersion="1"), "documentation": facet(description="early")}
    late = {"documentation": facet(description="late")}
    found = record(event("START", 1, out=pinned), event("COMPLETE", 2, out=late))
    assert [item.version for item in found.outputs] == ["1"]
    assert found.outputs[0].told.description == "late"


def test_numbers_of_commits_and_streams_are_whole() -> None:
    """3.0 is an integer to JSON Schema; the version is 3 all the same."""
    out = {"lakeproof_commits": facet(versions=[3.0]), "version": facet(datasetVersion="3")}
    assert [item.version for item in record(event("COMPLETE", 1, out=out)).outputs] == ["3"]
    numbered = event("START", 0, run={"lakeproof_sequence": facet(stream="s", seq=4.0)})
    sequence = parse_event(numbered).sequence
    assert sequence is not None and isinstance(sequence.seq, int)
