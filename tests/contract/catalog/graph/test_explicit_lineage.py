"""Where an event states outright what feeds what, nothing else does: no product of inputs and outputs."""

import random

import pytest

from lineage.graph import Direction, Level
from lineage.names import JobId
from tests.support.facets import end, facet, job_end, step
from tests.support.graphs import MemoryGraph, run_id, version
from tests.support.outright import WAREHOUSE, at, edges, of_dataset, renamed, told

UP, DOWN = Direction.UP, Direction.DOWN
INPUTS, OUTPUTS = (at("a", "1"), at("b", "1")), (at("x", "1"), at("y", "1"))
ENTRIES = [{**end("x"), "inputs": [end("a")]}, {**end("y"), "inputs": [end("b")]}]


def test_an_output_has_only_the_upstream_that_is_stated_for_it() -> None:
    """By the job's facet or by the outputs' own, on tables and on versions, upwards and downwards."""
    by_job = told(entries=ENTRIES, reads=INPUTS, writes=OUTPUTS)
    x = at("x", "1", lineage=facet(inputs=[end("a")]))
    y = at("y", "1", lineage=facet(fields={"c": {"inputs": [end("b", "c", step("DIRECT"))]}}))
    for stated in (by_job, told(reads=INPUTS, writes=(x, y))):
        graph = MemoryGraph(stated)
        assert edges(graph, "x", UP) == {("a", "job"), ("job", "x")}
        assert edges(graph, "y", UP) == {("b", "job"), ("job", "y")}
        assert edges(graph, "a", DOWN) == {("a", "job"), ("job", "x")}
        assert edges(graph, version("x@1"), UP, Level.VERSION) == {("a@1", "job"), ("job", "x@1")}
        assert edges(graph, version("b@1"), DOWN, Level.VERSION) == {("b@1", "job"), ("job", "y@1")}
        everything = {("a", "job"), ("b", "job"), ("job", "x"), ("job", "y")}
        job = JobId(namespace="jobs", name="job")
        assert edges(graph, job, Direction.BOTH) == everything
        graph.close()


def test_an_output_that_is_not_spoken_of_has_all_inputs() -> None:
    """What is stated of one output says nothing of the other."""
    graph = MemoryGraph(told(entries=ENTRIES[:1], reads=INPUTS, writes=OUTPUTS))
    assert edges(graph, "y", UP) == {("a", "job"), ("b", "job"), ("job", "y")}
    assert edges(graph, "b", DOWN) == {("b", "job"), ("job", "y")}
    assert edges(graph, "a", DOWN) == {("a", "job"), ("job", "x"), ("job", "y")}
    graph.close()


def test_a_generated_output_has_no_upstream_but_its_job() -> None:
    """An empty list of inputs, or the job itself as the source of a column."""
    column = {"total": {"inputs": [{**job_end(), "transformations": [step("DIRECT", "AGGREGATION")]}]}}
    for entry in ({**end("x"), "inputs": []}, {**end("x"), "inputs": [], "fields": column}):
        graph = MemoryGraph(told(entries=[entry], reads=INPUTS, writes=OUTPUTS[:1]))
        assert edges(graph, "x", UP) == {("job", "x")}
        assert edges(graph, version("x@1"), UP, Level.VERSION) == {("job", "x@1")}
        assert edges(graph, "a", DOWN) == {("a", "job")}
        graph.close()


def test_what_is_stated_but_not_listed_was_read_and_written() -> None:
    """An event may forget its inputs and outputs; a job as the target reads, and writes nothing."""
    graph = MemoryGraph(told(entries=[{**end("x"), "inputs": [end("a")]}]))
    assert edges(graph, "x", UP) == {("a", "job"), ("job", "x")}
    graph.close()
    graph = MemoryGraph(told(entries=[{**job_end(), "inputs": [end("a", "c", step("INDIRECT", "FILTER"))]}]))
    assert edges(graph, "a", DOWN) == {("a", "job")}
    graph.close()


def test_columns_follow_the_facet_and_imply_their_tables() -> None:
    """A field's sources and dataset-wide ones become column edges; each has its edge in the view of tables."""
    fields = {"total": {"inputs": [end("a", "price", step("DIRECT", "AGGREGATION"))]}}
    wide = end("b", "country", step("INDIRECT", "FILTER"))
    graph = MemoryGraph(
        told(entries=[{**end("x"), "inputs": [wide], "fields": fields}], reads=INPUTS, writes=OUTPUTS)
    )
    assert edges(graph, "x", UP, Level.COLUMN) == {("a.price", "x.total"), ("b.country", "x.total")}
    assert edges(graph, "x", UP) == {("a", "job"), ("b", "job"), ("job", "x")}
    graph.close()


def test_column_lineage_beside_it_counts_too() -> None:
    """What the columnLineage facet names feeds the output, though the lineage facet forgets it."""
    sources = {"c": {"inputFields": [{**WAREHOUSE, "name": "b", "field": "c"}]}}
    x = at("x", "1", lineage=facet(inputs=[end("a")]), columnLineage=facet(fields=sources))
    graph = MemoryGraph(told(reads=(*INPUTS, at("d", "1")), writes=(x,)))
    assert edges(graph, "x", UP) == {("a", "job"), ("b", "job"), ("job", "x")}
    graph.close()


def test_other_jobs_can_be_spoken_of() -> None:
    """An orchestrator states that other jobs read, write and hand over data, by run where it names them."""
    entries = [
        {**end("raw"), "inputs": [job_end("extract", str(run_id("e")))]},
        {**job_end("load"), "inputs": [end("raw")]},
        {
            **job_end("report", str(run_id("p"))),
            "inputs": [job_end("load"), job_end("extract", str(run_id("e")))],
        },
    ]
    graph = MemoryGraph(told(job="dag", entries=entries))
    report = JobId(namespace="jobs", name="report")
    assert edges(graph, JobId(namespace="jobs", name="load"), UP) == {
        ("extract", "raw"),
        ("raw", "load"),
    }
    assert edges(graph, "raw", DOWN) == {("raw", "load"), ("load", "report")}
    assert edges(graph, "raw", UP) == {("extract", "raw")}
    above = edges(graph, report, UP)
    assert above == {("extract", "report"), ("load", "report"), ("extract", "raw"), ("raw", "load")}
    runs = edges(graph, run_id("p"), UP, Level.VERSION)
    assert runs == {("extract", "report")}
    graph.close()


def test_a_dataset_event_states_edges_without_a_job() -> None:
    """A catalog says that a view derives from tables: table to table, column to column, the last word holds."""
    fields = {"id": {"inputs": [end("a", "key", step("DIRECT", "IDENTITY"))]}}
    first = of_dataset("view", 1, lineage=facet(inputs=[end("a"), end("b")], fields=fields))
    graph = MemoryGraph(first)
    assert edges(graph, "view", UP) == {("a", "view"), ("b", "view")}
    assert edges(graph, "b", DOWN) == {("b", "view")}
    assert edges(graph, "view", UP, Level.COLUMN) == {("a.key", "view.id")}
    graph.apply(of_dataset("view", 5, lineage=facet(inputs=[end("a")])))
    assert edges(graph, "view", UP) == {("a", "view")}
    assert edges(graph, "view", UP, as_of=3) == {("a", "view"), ("b", "view")}
    assert not [node for node in graph.reader.search("view", graph.at()) if node.kind == "job"]
    graph.close()


def test_a_job_event_states_what_feeds_what_until_it_states_otherwise() -> None:
    """Declared lineage lives between two times like every edge of a job."""
    graph = MemoryGraph(told("1", entries=ENTRIES, reads=INPUTS, writes=OUTPUTS))
    assert edges(graph, "x", UP) == {("a", "job"), ("job", "x")}
    swapped = [{**end("x"), "inputs": [end("b")]}, {**end("y"), "inputs": [end("a")]}]
    graph.apply(told("5", entries=swapped, reads=INPUTS, writes=OUTPUTS))
    assert edges(graph, "x", UP) == {("b", "job"), ("job", "x")}
    assert edges(graph, "x", UP, as_of=2) == {("a", "job"), ("job", "x")}
    graph.apply(told("r COMPLETE 9", reads=INPUTS, writes=OUTPUTS))
    assert edges(graph, "x", UP) == {("a", "job"), ("b", "job"), ("job", "x")}
    graph.close()


def test_a_statement_of_one_event_holds_for_its_whole_run() -> None:
    """START lists inputs and outputs, COMPLETE says which feeds which."""
    graph = MemoryGraph(
        told("r START 0", reads=INPUTS, writes=OUTPUTS), told("r COMPLETE 1", entries=ENTRIES)
    )
    assert edges(graph, version("x@1"), UP, Level.VERSION) == {("a@1", "job"), ("job", "x@1")}
    assert edges(graph, "y", UP) == {("b", "job"), ("job", "y")}
    graph.close()


@pytest.mark.parametrize("seed", range(8))
def test_any_order_gives_the_same_graph(seed: int) -> None:
    """Statements of runs, jobs and datasets, in any order and repeated, end in the same sorted export."""
    events = [
        told("r START 0", reads=INPUTS, writes=OUTPUTS),
        told("r COMPLETE 1", entries=ENTRIES),
        told("2", entries=[{**end("x"), "inputs": [end("b"), job_end("other")]}]),
        told(
            "s COMPLETE 3",
            job="dag",
            entries=[{**job_end("job", str(run_id("r"))), "inputs": [job_end("up")]}],
        ),
        of_dataset("view", 1, lineage=facet(inputs=[end("a"), end("b")])),
        of_dataset("view", 5, lineage=facet(inputs=[])),
        renamed(2, "old", "c"),
        renamed(3, "older"),
    ]
    straight = MemoryGraph(*events)
    shuffled = events * 2
    random.Random(seed).shuffle(shuffled)
    other = MemoryGraph(*shuffled)
    assert other.export() == straight.export()
    assert sum('"feed"' in line for line in straight.export()) > 5
    straight.close()
    other.close()
