"""Claims about the names under which events reach the graph."""

from collections.abc import Iterator

import pytest

from catalog.identity.naming import named
from lineage.graph import Level
from lineage.identity import packaged
from lineage.names import DatasetId
from tests.support.graphs import Json, MemoryGraph, columns, event, facet, mention, run_id

S3 = DatasetId(namespace="s3://b", name="p/t")
TABLE = DatasetId(namespace="snowflake://acc", name="D.S.T")


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph()
    yield made
    made.close()


def called(namespace: str, name: str, **facets: Json) -> Json:
    return {"namespace": namespace, "name": name, "facets": facets}


def test_spellings_of_one_name_are_one_dataset(graph: MemoryGraph) -> None:
    """What one run wrote as s3a and another read as s3 is one node, at every level."""
    source = {"namespace": "snowflake://ACC", "name": "d.s.t", "field": "id"}
    written = facet(fields={"x": {"inputFields": [source]}})
    schema = facet(fields=[{"name": "Id", "type": "int", "fields": [{"name": "Inner", "type": "int"}]}])
    graph.apply(
        event(
            "one/a",
            reads=[called("snowflake://acc", "D.s.T", schema=schema)],
            writes=[called("s3a://b/", "/p/t/", columnLineage=written)],
        ),
        event("two/b", reads=[called("s3://b", "p/t")], minute=1),
    )
    at = graph.at()
    found = graph.reader.walk(TABLE, at=at)
    assert [node.id for node in found.nodes] == [
        "jobs/one",
        "jobs/two",
        "s3://b/p/t",
        "snowflake://acc/D.S.T",
    ]
    [edge] = graph.reader.walk(S3, level=Level.COLUMN, at=at).edges
    assert (edge.source, edge.target) == ("snowflake://acc/D.S.T#ID", "s3://b/p/t#x")
    assert graph.reader.columns(TABLE, at) == (("ID", "int"), ("ID.INNER", "int"))


def test_what_the_event_said_stays_in_the_run(graph: MemoryGraph) -> None:
    """The run names its datasets by their one name; facets are verbatim."""
    link = {"namespace": "hive://M", "name": "D.T", "type": "TABLE"}
    graph.apply(event("r", writes=[called("s3a://b", "/p/t", symlinks=facet(identifiers=[link]))]))
    [written] = graph.reader.run(run_id("r"), graph.at()).outputs
    assert written.facets["symlinks"]["identifiers"] == [link]
    content = [line for line in graph.export() if line.startswith('["symlink"')]
    assert content == [
        '["symlink","s3://b","p/t","hive://m:9083","d.t","TABLE","2026-01-01T00:00:00.000000Z"]'
    ]


def test_the_packaged_rules_know_our_own_names_as_they_are() -> None:
    """No packaged platform has a scheme of ours."""
    assert "lakeproof" not in packaged().by_scheme


def test_names_that_are_right_cost_nothing() -> None:
    """An event whose names are in their one form is the event under its names: nothing is copied."""
    fed = columns(x=["lake.s.x DIRECT/IDENTITY"])
    stated = [event(run, reads=["lake.s"], writes=[mention("lake.t", columnLineage=fed)]) for run in "ab"]
    assert all(named(each, packaged()) is each for each in stated)
