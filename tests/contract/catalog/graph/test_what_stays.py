"""What stays though the next event says otherwise: the history of a renamed dataset, what a landed file has fed."""

from typing import Any

import pytest

from lineage.graph import Direction, Level
from lineage.names import LANDING, ColumnId, DatasetId
from lineage.openlineage import ParsedEvent
from tests.support.facets import end, facet
from tests.support.graphs import MemoryGraph
from tests.support.outright import WAREHOUSE, at, edges, renamed, told

UP, DOWN = Direction.UP, Direction.DOWN


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
