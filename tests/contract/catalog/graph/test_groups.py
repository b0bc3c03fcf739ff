"""Claims about writing many events at once: it is as if they had been written one by one."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from catalog.graph import orm
from catalog.graph.export import export
from lineage.openlineage import ParsedEvent
from tests.contract.catalog.graph.test_convergence import EVENTS
from tests.support.graphs import MemoryGraph, columns, event, mention

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def states(graph: MemoryGraph) -> list[list[str]]:
    """The export at every size the log has had: what was known from which entry on."""
    with graph.reading() as session:
        return [list(export(session, graph.at(size=size))) for size in range(graph.size + 1)]


def first_known(graph: MemoryGraph) -> dict[str, set[tuple[object, ...]]]:
    """Each name with the entry that first knew it, and how often it has a row."""
    named = {
        "datasets": select(orm.DatasetRow.namespace, orm.DatasetRow.name, orm.DatasetRow.seq),
        "jobs": select(orm.JobRow.namespace, orm.JobRow.name, orm.JobRow.seq),
        "runs": select(orm.RunRow.uuid, orm.RunRow.declared, orm.RunRow.seq),
        "versions": select(
            orm.DatasetRow.name, orm.VersionRow.version, orm.VersionRow.number, orm.VersionRow.seq
        ).join(orm.DatasetRow, orm.DatasetRow.id == orm.VersionRow.dataset_id),
        "columns": select(orm.DatasetRow.name, orm.ColumnRow.name, orm.ColumnRow.seq).join(
            orm.DatasetRow, orm.DatasetRow.id == orm.ColumnRow.dataset_id
        ),
    }
    with graph.reading() as session:
        found = {kind: [tuple(row) for row in session.execute(query)] for kind, query in named.items()}
    for kind, rows in found.items():
        assert len(rows) == len(set(rows)), kind
    return {kind: set(rows) for kind, rows in found.items()}


@SLOW
@given(EVENTS, st.lists(st.integers(0, 6), max_size=3), st.lists(st.integers(0, 5), max_size=3))
def test_a_group_is_as_good_as_one_by_one(
    events: list[ParsedEvent], cuts: list[int], repeated: list[int]
) -> None:
    """However events are grouped, duplicates included, each size of the log knows the same."""
    events = [*events, *(events[number % len(events)] for number in repeated)]
    single, grouped = MemoryGraph(*events), MemoryGraph()
    places = [0, *sorted(min(cut, len(events)) for cut in cuts), len(events)]
    for start, end in pairwise(places):
        grouped.apply_together(events[start:end])
    assert states(grouped) == states(single)
    assert first_known(grouped) == first_known(single)
    single.close()
    grouped.close()


def test_a_fact_moves_back_in_time_within_a_group() -> None:
    """Of one fact stated at three times in one group, each earlier time is news and each later is not."""
    events = [event("r", reads=["a"], minute=minute) for minute in (5, 7, 3)]
    graph = MemoryGraph()
    graph.apply_together(events)
    with graph.reading() as session:
        seqs = session.scalars(select(orm.FlowRow.seq).order_by(orm.FlowRow.seq)).all()
    assert seqs == [0, 2]
    graph.close()


def test_many_names_at_once() -> None:
    """A group that speaks of more names than one statement holds finds them again all."""
    fields = {f"c{number}": [f"a.s{number} DIRECT/IDENTITY"] for number in range(700)}
    wide = event("r", writes=[mention("b", columnLineage=columns(**fields))])
    many = [event(f"job{n}/{n}", reads=[f"in{n}@{n}"], writes=[f"out{n}"]) for n in range(300)]
    graph = MemoryGraph()
    graph.apply_together([wide, *many])
    known = first_known(graph)
    graph.apply_together([wide, *many])
    assert first_known(graph) == known
    assert {kind: len(names) for kind, names in known.items()} == {
        "datasets": 602,
        "jobs": 301,
        "runs": 301,
        "versions": 602,
        "columns": 1400,
    }
    graph.close()
