"""Claims about what the graph tells besides edges."""

from collections.abc import Iterator

import pytest

from catalog.graph.records import RunState
from lineage.errors import NotFound
from lineage.findings import Finding, Severity
from tests.support.graphs import MemoryGraph, dataset, event, facet, job, mention, moment, run_id, version


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph()
    yield made
    made.close()


def test_a_run_is_told_by_all_its_events(graph: MemoryGraph) -> None:
    """Facets of START and COMPLETE join; datasets carry versions and facets; entries are log numbers."""
    parent = facet(run={"runId": str(run_id("p"))}, job={"namespace": "jobs", "name": "p"})
    note = facet(content=1)
    graph.apply(
        event("r", "START", reads=[mention("a", schema=facet(fields=[]))], facets={"parent": parent}),
        event(
            "r", reads=[mention("a@1", note=note)], writes=["b@1", "lake.t@4+5"], minute=2, facets={"x": note}
        ),
    )
    found = graph.reader.run(run_id("r"), graph.at())
    assert (found.state, found.started_at, found.ended_at) == (RunState.COMPLETE, moment(0), moment(2))
    assert set(found.facets) == {"parent", "x"} and found.entries == (0, 1)
    assert found.parent is not None and found.parent.id == run_id("p")
    assert [item.at for item in found.inputs] == [version("a@1")]
    assert set(found.inputs[0].facets) == {"schema", "note", "version"}
    assert [item.at for item in found.outputs] == [version("lake.t@4"), version("lake.t@5"), version("b@1")]
    assert [child.id for child in graph.reader.children(run_id("p"), graph.at())] == [run_id("r")]
    before = graph.reader.run(run_id("r"), graph.at(size=1))
    assert before.state is RunState.RUNNING and before.inputs[0].version is None


def test_runs_are_found_by_job_state_and_version(graph: MemoryGraph) -> None:
    """Latest first; only those that match."""
    graph.apply(
        event("j/one", reads=["a@1"], writes=["b@1"]),
        event("j/two", "FAIL", reads=["a@1"], minute=1),
        event("k/three", minute=2),
    )
    at = graph.at()
    ids = [run.id for run in graph.reader.runs(job=job("j"), at=at)]
    assert ids == [run_id("two"), run_id("one")]
    assert [run.id for run in graph.reader.runs(state=RunState.FAIL, at=at)] == [run_id("two")]
    assert [run.id for run in graph.reader.runs_reading(version("a@1"), at)] == ids
    assert [run.id for run in graph.reader.runs_writing(version("b@1"), at)] == [run_id("one")]
    with pytest.raises(NotFound):
        graph.reader.run(run_id("none"), at)


def test_versions_list_who_wrote_and_who_read(graph: MemoryGraph) -> None:
    """Versions count as numbers, not as text."""
    graph.apply(
        event("w", writes=["lake.t@9"]),
        event("x", writes=["lake.t@10"], minute=1),
        event("r", reads=["lake.t@9"]),
    )
    nine, ten = graph.reader.versions(dataset("lake.t"), graph.at())
    assert (nine.version, nine.written_by, nine.read_by) == (
        version("lake.t@9"),
        (run_id("w"),),
        (run_id("r"),),
    )
    assert (ten.version, ten.since, ten.known_from) == (version("lake.t@10"), moment(1), graph.recorded_at(1))


def test_columns_are_those_of_the_version_or_the_last(graph: MemoryGraph) -> None:
    """Each version keeps its schema; without versions the one last stated holds, also when it returns."""
    old = facet(fields=[{"name": "x", "type": "int"}])
    new = facet(fields=[{"name": "x", "type": "struct", "fields": [{"name": "y", "type": "int"}]}])
    graph.apply(
        event("one", writes=[mention("a@1", schema=old), mention("b", schema=old)]),
        event("two", writes=[mention("a@2", schema=new), mention("b", schema=new)], minute=1),
        event("three", writes=[mention("b", schema=old)], minute=2),
    )
    nested = (("x", "struct"), ("x.y", "int"))
    assert graph.reader.columns(version("a@1"), graph.at()) == (("x", "int"),)
    assert graph.reader.columns(dataset("a"), graph.at()) == nested
    assert graph.reader.columns(dataset("b"), graph.at(as_of=1)) == nested
    assert graph.reader.columns(dataset("b"), graph.at()) == (("x", "int"),)
    assert graph.reader.columns(dataset("c"), graph.at()) == ()


def test_findings_and_supersessions_are_listed(graph: MemoryGraph) -> None:
    """What a run found wrong and what it replaced are facts with both times."""
    found = Finding(
        kind="schema-change",
        severity=Severity.MAJOR,
        subject="lake.t",
        message="m",
        remedy="r",
        evidence={"column": "x"},
    )
    thing = {"namespace": dataset("lake.t").namespace, "name": "lake.t"}
    replaced = [{"dataset": thing, "version": "1", "where": "month = 1"}]
    facets = {
        "lakeproof_findings": facet(findings=[found.to_json()]),
        "lakeproof_supersedes": facet(because="late", replaced=replaced),
    }
    graph.apply(event("r", "RUNNING", facets=facets), event("r", facets=facets, minute=1))
    (listed,) = graph.reader.findings(graph.at())
    assert (listed.finding, listed.run, listed.entry) == (found, run_id("r"), 0)
    (superseded,) = graph.reader.supersessions(graph.at())
    assert (superseded.version, superseded.where, superseded.because) == (
        version("lake.t@1"),
        "month = 1",
        "late",
    )
    assert graph.reader.findings(graph.at(size=0)) == ()


def test_search_finds_things_by_part_of_their_name(graph: MemoryGraph) -> None:
    """Tables, versions, jobs, columns and runs; signs of patterns mean themselves."""
    schema = facet(fields={"appinc": {"inputFields": []}})
    graph.apply(
        event(
            "make_loans/r",
            writes=[mention("gold.loans@3", columnLineage=schema)],
        )
    )
    at = graph.at()
    assert [node.label for node in graph.reader.search("LOANS", at)] == [
        "gold.loans",
        "make_loans",
        "gold.loans.appinc",
        f"make_loans {str(run_id('r'))[:8]}",
    ]
    assert [node.label for node in graph.reader.search("loans@3", at)] == ["gold.loans@3"]
    assert [node.label for node in graph.reader.search(str(run_id("r"))[:6], at)][-1].startswith(
        "make_loans "
    )
    assert graph.reader.search("%", at) == () and graph.reader.search("loans", graph.at(size=0)) == ()
