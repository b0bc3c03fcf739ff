"""Claims about long answers: all pages together are the whole; and what the levels promise each other."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.graph.walk import Reach
from lineage.errors import NotFound
from lineage.graph import Direction, Graph, Level, NodeKind
from lineage.names import ColumnId
from lineage.openlineage import ParsedEvent
from tests.support.graphs import MemoryGraph, columns, dataset, event, mention
from tests.support.work import watched

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_TABLES = "a b c d".split()
_PLACES = st.lists(st.sampled_from([*_TABLES, "a@1", "b@2", "lake.t@1", "lake.t@2"]), max_size=3)


def _written(table: str, sources: list[str], whole: list[str]) -> dict[str, object]:
    """Column x of table from column x of each source; all of it filtered by column y of each of whole."""
    return mention(
        table,
        columnLineage=columns(
            x=[f"{each}.x DIRECT/IDENTITY" for each in sources],
            _=[f"{each}.y INDIRECT/FILTER" for each in whole],
        ),
    )


_OUTPUTS = st.one_of(
    st.sampled_from([*_TABLES, "a@1", "lake.t@2"]),
    st.builds(
        _written,
        st.sampled_from(_TABLES),
        st.lists(st.sampled_from(_TABLES), max_size=2),
        st.lists(st.sampled_from(_TABLES), max_size=1),
    ),
)
_EVENTS = st.lists(
    st.builds(
        lambda job, run, state, reads, writes, minute: event(
            f"job{job}/{job}{run}", state, reads=reads, writes=writes, minute=minute
        ),
        st.integers(0, 2),
        st.integers(0, 1),
        st.sampled_from(["START", "COMPLETE", "COMPLETE", "FAIL"]),
        _PLACES,
        st.lists(_OUTPUTS, max_size=2),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=7,
)


def merged(pages: list[Graph]) -> tuple[set[object], set[object]]:
    return {node for page in pages for node in page.nodes}, {edge for page in pages for edge in page.edges}


@SLOW
@given(
    _EVENTS,
    st.sampled_from(list(Level)),
    st.sampled_from(list(Direction)),
    st.sampled_from([None, 1, 2, 4]),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
)
def test_all_pages_together_are_the_whole(
    events: list[ParsedEvent], level: Level, direction: Direction, depth: int | None, limits: list[int]
) -> None:
    """Whatever the limits, cycles or not: each node and edge of the uncut answer comes, and nothing else."""
    graph = MemoryGraph(*events)
    for table in _TABLES[:2]:
        start = ColumnId(dataset=dataset(table), column="x") if level is Level.COLUMN else dataset(table)
        try:
            whole = graph.reader.walk(start, direction=direction, depth=depth, level=level, at=graph.at())
        except NotFound:
            continue
        assert whole.next is None and not whole.cut
        pages, offset, turn = [], 0, 0
        while True:
            limit = limits[turn % len(limits)]
            reach = Reach(direction=direction, depth=depth, limit=limit, offset=offset)
            page = graph.reader.reach(start, reach, level=level, at=graph.at())
            assert len(page.nodes) <= limit
            pages.append(page)
            if page.next is None:
                break
            assert page.cut and int(page.next) == offset + limit
            offset, turn = int(page.next), turn + 1
        assert merged(pages) == merged([whole])
    graph.close()


@SLOW
@given(_EVENTS, st.integers(0, 7), st.integers(0, 5), st.sampled_from(list(Level)))
def test_no_edge_is_older_than_its_statement(
    events: list[ParsedEvent], size: int, as_of: int, level: Level
) -> None:
    """What is learnt later changes no earlier answer, and no edge is there before it was so or known."""
    size = min(size, len(events))
    whole, part = MemoryGraph(*events), MemoryGraph(*events[:size])
    at = whole.at(as_of=as_of, size=size)
    for table in _TABLES:
        start = ColumnId(dataset=dataset(table), column="x") if level is Level.COLUMN else dataset(table)
        try:
            then = part.reader.walk(start, level=level, at=at)
        except NotFound:
            then = Graph()
        try:
            now = whole.reader.walk(start, level=level, at=at)
        except NotFound:
            now = Graph()
        assert now == then
        for edge in now.edges:
            assert edge.valid_from is not None and edge.valid_from <= at.as_of
            assert edge.known_from is not None and edge.known_from < whole.recorded_at(size)
    whole.close()
    part.close()


def test_kinds_choose_nodes_and_the_edges_between_them() -> None:
    """Only such nodes, and edges of which both ends are such; the walk goes through the others."""
    graph = MemoryGraph(event("ab/r", reads=["a"], writes=["b"]), event("bc/s", reads=["b"], writes=["c"]))
    reach = Reach(direction=Direction.DOWN, depth=None, limit=100, kinds=frozenset({NodeKind.DATASET}))
    found = graph.reader.reach(dataset("a"), reach, level=Level.TABLE, at=graph.at())
    assert [node.label for node in found.nodes] == ["a", "b", "c"] and not found.edges
    graph.close()


@pytest.mark.parametrize("level", [Level.TABLE, Level.COLUMN])
def test_many_runs_of_one_job_cost_a_question_no_more(level: Level) -> None:
    """A walk runs as many statements after three hundred runs as after thirty, and they are hardly more work."""
    counted: list[tuple[int, int]] = []
    written = mention("b", columnLineage=columns(x=["a.x DIRECT/IDENTITY"]))
    for runs in (30, 300):
        graph = MemoryGraph()
        graph.apply_together(
            [event(f"job/{n}", reads=["a"], writes=[written], minute=n) for n in range(runs)]
        )
        with watched(graph) as work:
            assert len(graph.reader.walk(dataset("b"), at=graph.at(), level=level).nodes) > 1
        counted.append((len(work.statements), work.instructions))
        graph.close()
    (few, little), (many, much) = counted
    assert few == many and much <= 1.2 * little
