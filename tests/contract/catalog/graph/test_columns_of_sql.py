"""Claims about column lineage that the record reads from SQL, where the producer states none."""

from itertools import permutations
from typing import Any

import pytest

from lineage.certainty import Certainty
from lineage.graph import Direction, Edge, Level
from lineage.names import ColumnId
from lineage.openlineage import ParsedEvent
from tests.support.graphs import MemoryGraph, columns, dataset, event, facet, mention, saying

IN = mention(
    "src.orders", schema=facet(fields=[{"name": "id", "type": "int"}, {"name": "amt", "type": "int"}])
)
OUT = mention("dst.totals", schema=facet(fields=[{"name": "k", "type": "int"}, {"name": "s", "type": "int"}]))
SQL = "insert into dst.totals select id, sum(amt) from src.orders group by id"


def edges_into(graph: MemoryGraph, column: str, name: str = "dst.totals") -> set[tuple[str, str, Certainty]]:
    """(source column, transformation, certainty) of the edges into a column."""
    start = ColumnId(dataset=dataset(name), column=column)
    found = graph.reader.walk(start, direction=Direction.UP, level=Level.COLUMN, at=graph.at())
    return {_told(edge) for edge in found.edges}


def _told(edge: Edge) -> tuple[str, str, Certainty]:
    return edge.source.rpartition("/")[2], edge.transformation, edge.certainty


def column_edges(graph: MemoryGraph) -> set[str]:
    """The column edges as lines of the export."""
    return {line for line in graph.export() if line.startswith('["column-edge"')}


def reasons(graph: MemoryGraph, name: str = "dst.totals") -> list[tuple[str, str]]:
    return [(each.column, each.reason) for each in graph.reader.unfollowed([dataset(name)], graph.at())]


def test_an_output_without_lineage_has_it_from_the_sql() -> None:
    """Edges with their transformations, matched and not declared."""
    graph = MemoryGraph(saying(event("r", reads=[IN], writes=[OUT]), SQL))
    group = ("src.orders#id", "INDIRECT/GROUP_BY", Certainty.MATCHED)
    assert edges_into(graph, "k") == {("src.orders#id", "DIRECT/IDENTITY", Certainty.MATCHED), group}
    assert edges_into(graph, "s") == {("src.orders#amt", "DIRECT/AGGREGATION", Certainty.MATCHED), group}
    assert not reasons(graph)
    graph.close()


DECLARED = mention("dst.totals", columnLineage=columns(k=["src.orders.amt DIRECT/IDENTITY"]))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_the_run_states_itself_stands(order: tuple[int, ...]) -> None:
    """However the events come, and though the SQL came last."""
    events = [
        saying(event("r", "START", reads=[IN], writes=[OUT], minute=1), SQL),
        event("r", "RUNNING", reads=[IN], writes=[DECLARED], minute=2),
        saying(event("r", "COMPLETE", reads=[IN], writes=[OUT], minute=3), SQL),
    ]
    graph = MemoryGraph(*(events[each] for each in order))
    assert edges_into(graph, "k") == {("src.orders#amt", "DIRECT/IDENTITY", Certainty.DECLARED)}
    graph.close()


def test_a_later_run_that_states_nothing_has_its_sql_read() -> None:
    """The last run's lineage holds, whoever told it."""
    graph = MemoryGraph(
        event("one", reads=[IN], writes=[DECLARED], minute=1),
        saying(event("two", reads=[IN], writes=[OUT], minute=2), SQL),
    )
    assert ("src.orders#id", "DIRECT/IDENTITY", Certainty.MATCHED) in edges_into(graph, "k")
    graph.close()


def test_sql_that_cannot_be_followed_is_said_and_makes_no_edge() -> None:
    """The reason is kept with job and dataset until a later run settles it."""
    graph = MemoryGraph(saying(event("r", reads=["src.orders"], writes=[OUT], minute=1), SQL))
    assert not column_edges(graph)
    [(column, reason)] = reasons(graph)
    assert column == "" and "schema" in reason
    graph.apply(saying(event("s", reads=[IN], writes=[OUT], minute=2), SQL))
    assert not reasons(graph)
    graph.close()


def test_one_column_that_cannot_be_followed_leaves_the_others() -> None:
    """Its reason stands with its name."""
    graph = MemoryGraph(
        saying(
            event("r", reads=[IN], writes=[OUT]), "insert into dst.totals select id, nobody from src.orders"
        )
    )
    assert edges_into(graph, "k") == {("src.orders#id", "DIRECT/IDENTITY", Certainty.MATCHED)}
    [(column, reason)] = reasons(graph)
    assert column == "s" and "nobody" in reason
    graph.close()


def foreign(namespace: str, name: str, *fields: str, **facets: Any) -> dict[str, Any]:
    schema = facet(fields=[{"name": field, "type": "int"} for field in fields])
    return {"namespace": namespace, "name": name, "facets": {"schema": schema, **facets}}


def found_in(said: ParsedEvent) -> set[str]:
    """The column edges of one event, as lines of the export."""
    graph = MemoryGraph(said)
    found = column_edges(graph)
    graph.close()
    return found


def test_the_dialect_is_that_of_the_datasets_when_nobody_names_it() -> None:
    """Snowflake folds names up; nothing else would find these."""
    said = event(
        "r",
        reads=[foreign("snowflake://x", "DB.S.ORDERS", "ID", "id")],
        writes=[foreign("snowflake://x", "DB.S.OUT", "ID")],
    )
    query = "create table db.s.out as select id from db.s.orders"
    assert any('"ID"' in line and '"id"' not in line for line in found_in(saying(said, query, dialect="")))
    mixed = event("r", reads=[foreign("kafka://x", "a", "id")], writes=[foreign("mysql://x", "b", "id")])
    assert not found_in(saying(mixed, "select id from a", dialect=""))


def test_a_table_may_be_called_by_its_symlink() -> None:
    """Spark names files, and the SQL names tables."""
    link = facet(identifiers=[{"namespace": "hive://m", "name": "shop.orders", "type": "TABLE"}])
    said = event(
        "r",
        reads=[foreign("s3://bucket", "w/orders", "id", symlinks=link)],
        writes=[foreign("s3://bucket", "w/out", "id")],
    )
    assert len(found_in(saying(said, "select id from shop.orders", dialect=""))) == 1


def test_a_select_alone_fills_one_output_only() -> None:
    """Of two outputs nobody says which one the query fills."""
    said = saying(
        event("r", reads=[IN], writes=[OUT, "dst.other"]), "select id as k, amt as s from src.orders"
    )
    graph = MemoryGraph(said)
    assert not found_in(said)
    assert "2 outputs" in reasons(graph)[0][1] and "2 outputs" in reasons(graph, "dst.other")[0][1]
    graph.close()


def test_a_merge_into_the_target_of_several_outputs_is_only_that_one_s() -> None:
    """The other output is not checkable."""
    graph = MemoryGraph(saying(event("r", reads=[IN], writes=[OUT, "dst.other"]), SQL))
    assert edges_into(graph, "k")
    assert not reasons(graph) and "not the output" in reasons(graph, "dst.other")[0][1]
    graph.close()
