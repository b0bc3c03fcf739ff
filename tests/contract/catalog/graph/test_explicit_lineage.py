"""Where an event states outright what feeds what, nothing else does: no product of inputs and outputs."""

import random
from typing import Any

import orjson
import pytest

from lineage.graph import Direction, Level
from lineage.names import LANDING, ColumnId, DatasetId, JobId
from lineage.openlineage import ParsedEvent, parse_event
from tests.support.facets import end, facet, job_end, step
from tests.support.graphs import MemoryGraph, mention, moment, run_id, version

Edges = set[tuple[str, str]]

WAREHOUSE = {"namespace": "warehouse"}


def at(name: str, number: str | None = None, **facets: Any) -> dict[str, Any]:
    """A dataset of the warehouse, at a version where one is given."""
    return mention(name if number is None else f"{name}@{number}", **facets)


def told(
    who: str = "r COMPLETE 0",
    *,
    job: str = "job",
    entries: list[Any] | None = None,
    reads: tuple[Any, ...] = (),
    writes: tuple[Any, ...] = (),
) -> ParsedEvent:
    """An event whose job facet states entries. `who` is run, state and minute, or a job event's minute alone."""
    *run, minute = who.split()
    facets = {} if entries is None else {"lineage": facet(entries=entries)}
    body: dict[str, Any] = {
        "eventTime": moment(int(minute)).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#Event",
        "job": {"namespace": "jobs", "name": job, "facets": facets},
        "inputs": list(reads),
        "outputs": list(writes),
    }
    if run:
        body |= {"eventType": run[1], "run": {"runId": str(run_id(run[0]))}}
    return parse_event(orjson.dumps(body))


def of_dataset(name: str, minute: int = 0, **facets: Any) -> ParsedEvent:
    return parse_event(
        orjson.dumps(
            {
                "eventTime": moment(minute).isoformat(),
                "producer": "urn:test",
                "schemaURL": "urn:test#DatasetEvent",
                "dataset": at(name, **facets),
            }
        )
    )


def edges(
    graph: MemoryGraph,
    start: Any,
    direction: Direction,
    level: Level = Level.TABLE,
    as_of: int | None = None,
) -> Edges:
    """The edges of a walk, by the labels of their ends without a run's number."""
    if isinstance(start, str):
        start = DatasetId(namespace="warehouse", name=start)
    found = graph.reader.walk(start, direction=direction, level=level, at=graph.at(as_of=as_of))
    label = {node.id: node.label.partition(" ")[0] for node in found.nodes}
    return {(label[edge.source], label[edge.target]) for edge in found.edges}


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
    graph.apply(told("p COMPLETE 0", job="report", writes=(at("pdf", "1"),)))
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


def test_a_renamed_dataset_has_the_history_of_its_old_name() -> None:
    """From the rename on, and whatever the renaming job does next."""
    before = {"namespace": "warehouse", "name": "old"}
    change = facet(lifecycleStateChange="RENAME", previousIdentifier=before)
    graph = MemoryGraph(
        told("r COMPLETE 1", reads=(at("source"),), writes=(at("old"),)),
        told("s COMPLETE 2", job="alter", writes=(at("new", lifecycleStateChange=change),)),
        told("t COMPLETE 5", job="alter", reads=(at("b"),), writes=(at("new"),)),
    )
    history = {("source", "job"), ("job", "old"), ("old", "new")}
    assert edges(graph, "new", UP, as_of=3) == {*history, ("alter", "new")}
    assert edges(graph, "new", UP) == {*history, ("b", "alter"), ("alter", "new")}
    assert edges(graph, "old", DOWN) == {("old", "new")}
    assert edges(graph, "old", DOWN, as_of=1) == set()
    graph.close()


def renamed(minute: int, old: str, *columns: str) -> ParsedEvent:
    """A job renames old to new; the event states the columns, where there are any."""
    change = facet(lifecycleStateChange="RENAME", previousIdentifier={**WAREHOUSE, "name": old})
    schema = facet(fields=[{"name": name} for name in columns])
    fields: dict[str, Any] = {"schema": schema} if columns else {}
    written = at("new", lifecycleStateChange=change, **fields)
    return told(f"s{minute} COMPLETE {minute}", job="alter", writes=(written,))


def test_a_renamed_dataset_has_its_columns_history_too() -> None:
    """Each column is the one of the same name before, in both directions, from the rename on, whoever writes next."""
    source = {"c": {"inputFields": [{**WAREHOUSE, "name": "source", "field": "s"}]}}
    graph = MemoryGraph(
        told("r COMPLETE 1", reads=(at("source"),), writes=(at("old", columnLineage=facet(fields=source)),)),
        renamed(2, "old", "c", "d"),
        renamed(3, "older", "c"),
        told("t COMPLETE 5", job="alter", reads=(at("b"),), writes=(at("new"),)),
    )
    column = ColumnId(dataset=DatasetId(namespace="warehouse", name="new"), column="c")
    history = {("source.s", "old.c"), ("old.c", "new.c")}
    assert edges(graph, column, UP, Level.COLUMN, as_of=2) == history
    assert edges(graph, column, UP, Level.COLUMN) == {*history, ("older.c", "new.c")}
    assert edges(graph, "source", DOWN, Level.COLUMN) == history
    assert edges(graph, "old", DOWN, Level.COLUMN, as_of=1) == set()
    assert edges(graph, "old", DOWN, Level.COLUMN) == {("old.c", "new.c"), ("old.d", "new.d")}
    graph.close()


def test_a_rename_without_columns_leaves_them_open() -> None:
    """What they were is not guessed: the record says that it is not checkable, until an event tells."""
    graph = MemoryGraph(renamed(2, "old"))
    new = DatasetId(namespace="warehouse", name="new")
    [left] = graph.reader.unfollowed([new], graph.at())
    assert str(left).startswith("the column lineage: it was renamed")
    graph.apply(renamed(3, "old", "c"))
    assert graph.reader.unfollowed([new], graph.at()) == ()
    assert edges(graph, "new", UP, Level.COLUMN) == {("old.c", "new.c")}
    graph.close()


FILES = [DatasetId(namespace=LANDING, name=f"{month}.csv") for month in ("jan", "feb")]


def landed(minute: int, file: DatasetId, stated: bool, *also: Any) -> ParsedEvent:
    """A load of one file into a table, beside a lookup; whether it says what feeds the table."""
    named = {"namespace": LANDING, "name": file.name}
    entries = [{**end("t"), "inputs": [{**named, "type": "DATASET"}, *also]}] if stated else None
    reads = ({**named, "facets": {}}, at("lookup"))
    return told(f"{file.name} COMPLETE {minute}", entries=entries, reads=reads, writes=(at("t"),))


@pytest.mark.parametrize("first", [True, False])
def test_a_file_has_fed_what_it_fed_whatever_is_loaded_next(first: bool) -> None:
    """Files come once: the next load, which names another file, has not stopped the first from having fed the table.

    The table that the first load states, or leaves to be taken for granted, is lost as any edge is.
    """
    lookup = [end("lookup")] if first else []
    graph = MemoryGraph(landed(1, FILES[0], first, *lookup), landed(2, FILES[1], True))
    loads = {(file.name, "job") for file in FILES}
    assert edges(graph, "t", UP) == {*loads, ("job", "t")}
    for file in FILES:
        assert edges(graph, file, DOWN) == {(file.name, "job"), ("job", "t")}
    assert edges(graph, "lookup", DOWN) == {("lookup", "job")}
    assert ("lookup", "job") in edges(graph, "t", UP, as_of=1)
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
