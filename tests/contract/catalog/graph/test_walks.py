"""Claims about walking the graph, each on a graph small enough to check by hand."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.certainty import Certainty
from lineage.errors import NotFound
from lineage.graph import Direction, Edge, Graph, Level
from lineage.names import ColumnId
from tests.support.graphs import (
    MemoryGraph,
    columns,
    dataset,
    event,
    facet,
    job,
    mention,
    moment,
    run_id,
    version,
)

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph()
    yield made
    made.close()


def labels(found: Graph) -> set[str]:
    return {node.label for node in found.nodes}


def arrows(found: Graph) -> set[tuple[str, str]]:
    names = {node.id: node.label for node in found.nodes}
    return {(names[edge.source], names[edge.target]) for edge in found.edges}


def carried(found: Graph) -> set[tuple[str, str, str]]:
    names = {node.id: node.label for node in found.nodes}
    return {(names[e.source], e.transformation, names[e.target]) for e in found.edges if e.transformation}


def run(name: str, job_name: str = "job") -> str:
    return f"{job_name} {str(run_id(name))[:8]}"


def test_a_run_stands_between_the_versions_it_read_and_wrote(graph: MemoryGraph) -> None:
    """One run, one edge from each version read and one to each written, with certainty and both times."""
    graph.apply(event("r", reads=["a", "b@2"], writes=["c@1"], minute=5))
    found = graph.reader.walk(version("c@1"), direction=Direction.UP, level=Level.VERSION, at=graph.at())
    assert arrows(found) == {("a", run("r")), ("b@2", run("r")), (run("r"), "c@1")}
    assert {edge.certainty for edge in found.edges if edge.source == str(dataset("a"))} == {Certainty.UNKNOWN}
    edge = Edge(
        source=str(version("b@2")),
        target=f"run/{run_id('r')}",
        run=str(run_id("r")),
        certainty=Certainty.DECLARED,
        valid_from=moment(5),
        known_from=graph.recorded_at(0),
    )
    assert edge in found.edges


def test_the_version_of_start_and_of_complete_join(graph: MemoryGraph) -> None:
    """An input named at START without a version is the one COMPLETE names with it; before, it is unknown."""
    graph.apply(event("r", "START", reads=["a"]), event("r", reads=["a@7"], writes=["b@1"], minute=1))
    up = {"direction": Direction.UP, "level": Level.VERSION}
    assert labels(graph.reader.walk(run_id("r"), at=graph.at(), **up)) == {run("r"), "a@7"}  # type: ignore[arg-type]
    assert labels(graph.reader.walk(run_id("r"), at=graph.at(size=1), **up)) == {run("r"), "a"}  # type: ignore[arg-type]


def test_a_version_carries_the_one_before(graph: MemoryGraph) -> None:
    """A lake table accumulates: each commit stands on the version before, also within one run."""
    graph.apply(event("one", writes=["lake.t@1"]), event("two", writes=["lake.t@2+3"], minute=1))
    found = graph.reader.walk(version("lake.t@3"), direction=Direction.UP, level=Level.VERSION, at=graph.at())
    assert carried(found) == {
        ("lake.t@0", "CARRIES", "lake.t@1"),
        ("lake.t@1", "CARRIES", "lake.t@2"),
        ("lake.t@2", "CARRIES", "lake.t@3"),
    }


@pytest.mark.parametrize("change", ["CREATE", "OVERWRITE"])
def test_a_version_that_replaces_all_stands_alone(graph: MemoryGraph, change: str) -> None:
    """An overwrite carries nothing of the version before."""
    replaced = mention("lake.t@2", lifecycleStateChange=facet(lifecycleStateChange=change))
    graph.apply(event("one", writes=["lake.t@1"]), event("two", writes=[replaced], minute=1))
    found = graph.reader.walk(version("lake.t@2"), direction=Direction.UP, level=Level.VERSION, at=graph.at())
    assert labels(found) == {"lake.t@2", run("two")}


def supersedes(name: str, number: str) -> dict[str, dict[str, object]]:
    thing = {"namespace": dataset(name).namespace, "name": name}
    replaced = [{"dataset": thing, "version": number, "where": "month = 1"}]
    return {"lakeproof_supersedes": facet(because="late", replaced=replaced)}


def test_impact_does_not_cross_a_correction_but_lineage_does(graph: MemoryGraph) -> None:
    """What was built after the correction does not stand on the bad version, though it comes after it."""
    graph.apply(
        event("load", writes=["lake.t@1"]),
        event("early", reads=["lake.t@1"], writes=["report@1"], minute=1),
        event("fix", writes=["lake.t@2+3"], minute=2, facets=supersedes("lake.t", "1")),
        event("late", reads=["lake.t@3"], writes=["report@2"], minute=3),
    )
    impact = graph.reader.impact_walk(version("lake.t@1"), graph.at())
    assert labels(impact) == {"lake.t@1", run("early"), "report@1"}
    whole = graph.reader.walk(
        version("lake.t@1"), direction=Direction.DOWN, level=Level.VERSION, at=graph.at()
    )
    assert carried(whole) == {
        ("lake.t@1", "CORRECTS", "lake.t@2"),
        ("lake.t@2", "CARRIES", "lake.t@3"),
    }
    assert "report@2" in labels(whole)


def test_depth_counts_edges(graph: MemoryGraph) -> None:
    """Within depth n is everything up to n edges away, and all edges between."""
    graph.apply(event("r", reads=["a@1"], writes=["b@1"]), event("s", reads=["b@1"], writes=["c@1"]))
    for depth, expected in [(0, {"a@1"}), (1, {"a@1", run("r")}), (3, {"a@1", run("r"), "b@1", run("s")})]:
        found = graph.reader.walk(
            version("a@1"), direction=Direction.DOWN, depth=depth, level=Level.VERSION, at=graph.at()
        )
        assert labels(found) == expected
        assert found.cut == ()


def test_what_a_limit_cuts_is_said(graph: MemoryGraph) -> None:
    """A walk that stops at the limit says where and how much."""
    graph.apply(event("r", reads=["a@1", "b@1", "c@1"], writes=["d@1"]))
    found = graph.reader.walk(
        version("d@1"), direction=Direction.UP, level=Level.VERSION, at=graph.at(), limit=3
    )
    assert len(found.nodes) == 3 and len(found.edges) == 2
    assert len(found.cut) == 1 and "left out 2 at depth 2" in found.cut[0]


def test_cycles_end(graph: MemoryGraph) -> None:
    """A graph that bites its tail is walked once round."""
    graph.apply(event("r", reads=["a@1"], writes=["b@1"]), event("s", reads=["b@1"], writes=["a@1"]))
    found = graph.reader.walk(version("a@1"), level=Level.VERSION, at=graph.at())
    assert labels(found) == {"a@1", "b@1", run("r"), run("s")}
    assert len(found.edges) == 4


def test_jobs_join_tables(graph: MemoryGraph) -> None:
    """At the level of tables, jobs stand between datasets, whatever the versions."""
    graph.apply(
        event("ab/r", reads=["a@1"], writes=["b@1"]),
        event("bc/s", reads=["b@1"], writes=["c@1"]),
    )
    found = graph.reader.walk(dataset("b"), at=graph.at())
    assert arrows(found) == {("a", "ab"), ("ab", "b"), ("b", "bc"), ("bc", "c")}
    assert arrows(graph.reader.walk(job("bc"), direction=Direction.DOWN, at=graph.at())) == {("bc", "c")}


def test_a_job_that_stops_reading_loses_the_edge_from_then_on(graph: MemoryGraph) -> None:
    """The edge is gone after the first completed run without it, not before; failed runs decide nothing."""
    graph.apply(
        event("one", reads=["a@1", "b@1"], writes=["c@1"], minute=10),
        event("two", "FAIL", reads=["a@2"], minute=20),
        event("three", reads=["a@3"], writes=["c@2"], minute=30),
    )
    inputs = [
        labels(graph.reader.walk(dataset("c"), direction=Direction.UP, at=at)) - {"c", "job"}
        for at in (graph.at(as_of=15), graph.at(as_of=25), graph.at(as_of=35), graph.at(size=2))
    ]
    assert inputs == [{"a", "b"}, {"a", "b"}, {"a"}, {"a", "b"}]


def test_as_of_and_known_at_are_two_times(graph: MemoryGraph) -> None:
    """What happened early and was told late is true early, but not known early."""
    graph.apply(event("r", writes=["a@1"], minute=50), event("s", reads=["a@1"], writes=["b@1"], minute=10))
    assert labels(graph.reader.walk(dataset("b"), at=graph.at(as_of=20))) == {"a", "b", "job"}
    with pytest.raises(NotFound):
        graph.reader.walk(dataset("b"), at=graph.at(size=1))


def test_columns_derive_from_columns(graph: MemoryGraph) -> None:
    """Column edges carry their transformation; what concerns the whole output concerns each column."""
    lineage = columns(x=["a.p DIRECT/IDENTITY"], y=["a.q DIRECT/TRANSFORMATION"], _=["a.r INDIRECT/FILTER"])
    written = mention("b@1", columnLineage=lineage)
    graph.apply(event("r", reads=["a@1"], writes=[written]))
    at_x = ColumnId(dataset=dataset("b"), column="x")
    up = graph.reader.walk(at_x, direction=Direction.UP, level=Level.COLUMN, at=graph.at())
    assert carried(up) == {("a.p", "DIRECT/IDENTITY", "b.x"), ("a.r", "INDIRECT/FILTER", "b.x")}
    at_r = ColumnId(dataset=dataset("a"), column="r")
    down = graph.reader.walk(at_r, direction=Direction.DOWN, level=Level.COLUMN, at=graph.at())
    assert carried(down) == {("a.r", "INDIRECT/FILTER", "b.x"), ("a.r", "INDIRECT/FILTER", "b.y")}


def test_the_last_column_lineage_holds(graph: MemoryGraph) -> None:
    """A column edge that the job's newest lineage does not state is gone from then on, not before."""
    graph.apply(
        event("one", reads=["a"], writes=[mention("b@1", columnLineage=columns(x=["a.p DIRECT/IDENTITY"]))]),
        event(
            "two",
            reads=["a"],
            writes=[mention("b@2", columnLineage=columns(x=["a.q DIRECT/IDENTITY"]))],
            minute=9,
        ),
    )
    start = ColumnId(dataset=dataset("b"), column="x")
    for at, source in [(graph.at(), "a.q"), (graph.at(as_of=5), "a.p"), (graph.at(size=1), "a.p")]:
        found = graph.reader.walk(start, direction=Direction.UP, level=Level.COLUMN, at=at)
        assert carried(found) == {(source, "DIRECT/IDENTITY", "b.x")}


def test_a_column_edge_implies_its_table_edge(graph: MemoryGraph) -> None:
    """A dataset whose column was read was read, though the event does not list it as an input."""
    graph.apply(event("r", writes=[mention("b@1", columnLineage=columns(x=["a.p DIRECT/IDENTITY"]))]))
    assert ("a", "job") in arrows(graph.reader.walk(dataset("b"), direction=Direction.UP, at=graph.at()))


def test_what_is_not_in_the_graph_is_not_found(graph: MemoryGraph) -> None:
    """An unknown start is an error that says so, not an empty graph."""
    column = ColumnId(dataset=dataset("a"), column="c")
    for start in (dataset("a"), version("a@1"), job("j"), run_id("r"), column):
        for level in Level:
            with pytest.raises(NotFound, match="knows nothing of"):
                graph.reader.walk(start, level=level, at=graph.at())


_PLACES = st.sampled_from("a a@1 a@2 b@1 lake.t@1 lake.t@2 lake.t@3 lake.u@0 lake.u@1".split())
_FLOWS = st.tuples(st.lists(_PLACES, max_size=3), st.lists(_PLACES, max_size=2))
_RUNS = st.lists(_FLOWS, min_size=1, max_size=6)


@SLOW
@given(_RUNS, st.sampled_from([Level.TABLE, Level.VERSION]))
def test_downstream_is_the_reverse_of_upstream(runs: list[tuple[list[str], list[str]]], level: Level) -> None:
    """b is downstream of a exactly when a is upstream of b."""
    graph = MemoryGraph(
        *(event(f"job{n % 3}/{n}", reads=r, writes=w, minute=n) for n, (r, w) in enumerate(runs))
    )
    places = sorted({place for reads, writes in runs for place in (*reads, *writes) if "@" in place})
    down: set[tuple[str, str]] = set()
    up: set[tuple[str, str]] = set()
    for place in places:
        for direction, pairs in ((Direction.DOWN, down), (Direction.UP, up)):
            start = version(place)
            here = str(start if level is Level.VERSION else start.dataset)
            found = graph.reader.walk(start, direction=direction, level=level, at=graph.at())
            for node in found.nodes:
                pairs.add((here, node.id) if direction is Direction.DOWN else (node.id, here))
    known = {str(version(place) if level is Level.VERSION else version(place).dataset) for place in places}
    assert {pair for pair in down if pair[1] in known} == {pair for pair in up if pair[0] in known}
    graph.close()
