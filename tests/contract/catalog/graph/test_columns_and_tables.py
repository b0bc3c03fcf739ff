"""What the view of columns and the view of tables promise each other, whoever stated what, and when."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.errors import NotFound
from lineage.graph import Direction, Level
from lineage.openlineage import ParsedEvent, parse_event
from tests.support.effort import examples
from tests.support.facets import end
from tests.support.graphs import MemoryGraph, columns, dataset, event, facet, mention, moment

SLOW = settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])

Json = dict[str, Any]

_TABLES = "a b c d".split()
_ANY = st.sampled_from(_TABLES)
GONE = facet(_deleted=True)
_SAME = facet(identifiers=[{"namespace": "warehouse", "name": "a", "type": "TABLE"}])


def written(table: str, sources: Sequence[str], outright: Sequence[str] | None, version: str = "") -> Json:
    """Column x of table from column x of each source; `outright`: what a lineage facet says feeds it."""
    facets: Json = {}
    if sources:
        facets["columnLineage"] = columns(x=[f"{each}.x DIRECT/IDENTITY" for each in sources])
    if outright is not None:
        facets["lineage"] = facet(inputs=[end(each) for each in outright])
    return mention(table + version, **facets)


def of_dataset(item: Json, minute: int) -> ParsedEvent:
    body = {"producer": "urn:test", "schemaURL": "urn:test#DatasetEvent", "dataset": item}
    return parse_event(orjson.dumps({**body, "eventTime": moment(minute).isoformat()}))


_WRITTEN = st.one_of(
    st.builds(
        written,
        _ANY,
        st.lists(_ANY, max_size=2),
        st.one_of(st.none(), st.lists(_ANY, max_size=2)),
        st.sampled_from(["", "", "@1"]),
    ),
    st.builds(
        lambda table, key: mention(table, **{key: GONE}), _ANY, st.sampled_from(["lineage", "columnLineage"])
    ),
)
_EVENTS = st.lists(
    st.one_of(
        st.builds(
            lambda job, run, state, reads, writes, minute: event(
                f"job{job}/{job}{run}", state, reads=reads, writes=writes, minute=minute
            ),
            st.integers(0, 1),
            st.integers(0, 1),
            st.sampled_from(["START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", "ABORT"]),
            st.lists(st.one_of(_ANY, st.just(mention("b", symlinks=_SAME))), max_size=3),
            st.lists(_WRITTEN, max_size=2),
            st.integers(0, 5),
        ),
        st.builds(of_dataset, _WRITTEN, st.integers(0, 5)),
    ),
    min_size=1,
    max_size=6,
)


def edges(
    graph: MemoryGraph,
    table: str,
    level: Level = Level.TABLE,
    *,
    as_of: int | None = None,
    size: int | None = None,
) -> set[tuple[str, str]]:
    """What is at most two edges up from a table, or one from its columns, by names without their namespaces."""
    depth = 1 if level is Level.COLUMN else 2
    at = graph.at(as_of=as_of, size=size)
    try:
        found = graph.reader.walk(dataset(table), direction=Direction.UP, level=level, depth=depth, at=at)
    except NotFound:
        return set()
    return {
        (edge.source.removeprefix("warehouse/"), edge.target.removeprefix("warehouse/"))
        for edge in found.edges
    }


@SLOW
@given(_EVENTS, st.integers(0, 6), st.integers(0, 5))
def test_a_column_edge_implies_its_table_edge(events: list[ParsedEvent], size: int, as_of: int) -> None:
    """At any two times a column derives only from tables that are right above its own: by one job, or by none."""
    graph = MemoryGraph(*events)
    size = min(size, graph.size)
    for table in _TABLES:
        for source, target in edges(graph, table, Level.COLUMN, as_of=as_of, size=size):
            one, other = source.partition("#")[0], target.partition("#")[0]
            above = edges(graph, other, as_of=as_of, size=size)
            through = {job for job, end in above if end == other}
            assert one in through or any((one, job) in above for job in through), (source, target)
    graph.close()


def test_a_run_that_states_nothing_outright_reads_what_it_reads() -> None:
    """One run's explicit lineage holds for that run: another, even unfinished, feeds all it writes."""
    for state in ("START", "FAIL", "ABORT"):
        graph = MemoryGraph(
            event("one", reads=["a", "b"], writes=[written("d", [], ["a"])]),
            event("two", state, reads=["b"], writes=[written("d", ["b"], None)], minute=2),
        )
        both = {("a", "jobs/job"), ("b", "jobs/job"), ("jobs/job", "d")}
        assert edges(graph, "d") == both
        assert edges(graph, "d", as_of=1) == both - {("b", "jobs/job")}
        assert edges(graph, "d", size=1) == both - {("b", "jobs/job")}
        assert edges(graph, "d", Level.COLUMN) == {("b#x", "d#x")}
        graph.close()


def test_columns_stop_where_explicit_lineage_does() -> None:
    """A run that still reads b, but says that b feeds d no more, ends what an earlier run said of b's column."""
    graph = MemoryGraph(
        event("one", reads=["a", "b"], writes=[written("d", ["b"], None)]),
        event("two", reads=["a", "b"], writes=[written("d", [], ["a"])], minute=2),
    )
    assert edges(graph, "d", Level.COLUMN, as_of=1) == {("b#x", "d#x")}
    assert edges(graph, "d", Level.COLUMN) == set()
    assert edges(graph, "d") == {("a", "jobs/job"), ("jobs/job", "d")}
    graph.close()


def test_a_table_that_feeds_itself_under_another_name_does_so_on_both_levels() -> None:
    """Explicit lineage beside it takes nothing away: what columns say counts too."""
    alias = mention("b", symlinks=_SAME)
    graph = MemoryGraph(event("one", "START", reads=[alias], writes=[written("a", ["a"], ["c"])]))
    [(source, target)] = edges(graph, "a", Level.COLUMN)
    assert source == target
    table = source.partition("#")[0]
    assert {(table, "jobs/job"), ("c", "jobs/job"), ("jobs/job", table)} == edges(graph, "a")
    graph.close()


def test_runs_that_complete_at_one_moment_both_hold_on_both_levels() -> None:
    """Neither is the last."""
    graph = MemoryGraph(
        event("one", reads=["a"], writes=[written("d", ["a"], None)]),
        event("two", reads=["b"], writes=[written("d", ["b"], None)]),
    )
    assert edges(graph, "d") == {("a", "jobs/job"), ("b", "jobs/job"), ("jobs/job", "d")}
    assert edges(graph, "d", Level.COLUMN) == {("a#x", "d#x"), ("b#x", "d#x")}
    graph.close()


@pytest.mark.parametrize("key", ["lineage", "columnLineage"])
def test_a_dataset_event_takes_back_what_one_stated(key: str) -> None:
    """From then on; before, it held."""
    said = written("d", ["a"], None) if key == "columnLineage" else written("d", [], ["a"])
    graph = MemoryGraph(of_dataset(said, 1), of_dataset(mention("d", **{key: GONE}), 5))
    columns = {("a#x", "d#x")} if key == "columnLineage" else set()
    assert (edges(graph, "d", as_of=3), edges(graph, "d", Level.COLUMN, as_of=3)) == ({("a", "d")}, columns)
    assert (edges(graph, "d", size=1), edges(graph, "d", Level.COLUMN, size=1)) == ({("a", "d")}, columns)
    assert (edges(graph, "d"), edges(graph, "d", Level.COLUMN)) == (set(), set())
    graph.close()


def test_a_run_takes_back_the_column_lineage_of_its_job() -> None:
    """The tables stay: the job still reads what it reads."""
    gone = mention("d", columnLineage=GONE)
    graph = MemoryGraph(
        event("one", reads=["a"], writes=[written("d", ["a"], None)]),
        event("two", reads=["a"], writes=[gone], minute=5),
    )
    assert edges(graph, "d", Level.COLUMN, as_of=3) == {("a#x", "d#x")}
    assert edges(graph, "d", Level.COLUMN) == set()
    assert edges(graph, "d") == edges(graph, "d", as_of=3) == {("a", "jobs/job"), ("jobs/job", "d")}
    graph.close()
