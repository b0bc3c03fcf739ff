"""Claims about one thing under several names: merged from when that is known, and answerable as before until then."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.errors import NotFound
from lineage.graph import Direction, Graph, Level
from lineage.names import ColumnId, DatasetId, DatasetVersion
from lineage.openlineage import ParsedEvent
from lineage.times import Instants
from tests.support.graphs import Json, MemoryGraph, event, facet, run_id
from tests.support.work import watched

PATH = DatasetId(namespace="s3://b", name="p/t")
HIVE = DatasetId(namespace="hive://m:9083", name="d.t")
GLUE = DatasetId(namespace="arn:aws:glue:r:1", name="table/d/t")
OTHER = DatasetId(namespace="s3://b", name="q/u")
NAMES = (PATH, HIVE, GLUE, OTHER)


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph()
    yield made
    made.close()


def called(name: DatasetId, version: str | None = None, **facets: Json) -> Json:
    if version is not None:
        facets["version"] = facet(datasetVersion=version)
    return {"namespace": name.namespace, "name": name.name, "facets": facets}


def links(*names: tuple[DatasetId, str]) -> Json:
    return facet(identifiers=[{"namespace": n.namespace, "name": n.name, "type": kind} for n, kind in names])


def also(name: DatasetId, other: DatasetId, kind: str = "TABLE", minute: int = 9) -> ParsedEvent:
    """A run that only looks at name, and says that it is other too."""
    return event("say/say", "OTHER", reads=[called(name, symlinks=links((other, kind)))], minute=minute)


def derived(column: str, source: DatasetId, field: str) -> Json:
    step = {"type": "DIRECT", "subtype": "IDENTITY"}
    ref = {"namespace": source.namespace, "name": source.name, "field": field, "transformations": [step]}
    return facet(fields={column: {"inputFields": [ref]}})


def ends(found: Graph) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in found.edges]


def written_and_read(graph: MemoryGraph) -> None:
    """One job writes the path, at version 3; another reads the table, at version 3 too, into OTHER."""
    schema = facet(fields=[{"name": "Id", "type": "int"}])
    graph.apply(
        event("load/w", writes=[called(PATH, "3", schema=schema, columnLineage=derived("Id", GLUE, "k"))]),
        event(
            "use/r",
            reads=[called(HIVE, "3")],
            writes=[called(OTHER, columnLineage=derived("x", HIVE, "ID"))],
            minute=1,
        ),
    )


def test_a_late_symlink_merges_both_histories_from_then_on(graph: MemoryGraph) -> None:
    """Tables, versions and columns: through the one name from the symlink on, apart at every earlier time."""
    written_and_read(graph)
    apart = graph.at()
    assert "jobs/load" not in {node.id for node in graph.reader.walk(OTHER, at=apart).nodes}
    graph.apply(also(PATH, HIVE))
    now = graph.at()
    for start in (HIVE, PATH, DatasetId(namespace="s3a://b/", name="/p/t/")):
        assert ends(graph.reader.walk(start, at=now, depth=1))[:2] == [
            ("hive://m:9083/d.t", "jobs/say"),
            ("hive://m:9083/d.t", "jobs/use"),
        ]
    assert ("jobs/load", "hive://m:9083/d.t") in ends(graph.reader.walk(OTHER, at=now))
    at_version = DatasetVersion(dataset=PATH, version="3")
    [*_, written] = ends(graph.reader.walk(at_version, level=Level.VERSION, direction=Direction.UP, at=now))
    assert written == (f"run/{run_id('w')}", "hive://m:9083/d.t@3")
    assert [
        run.id for run in graph.reader.impact_walk(at_version, now).nodes if run.id.startswith("run")
    ] == [f"run/{run_id('r')}"]
    column = ColumnId(dataset=OTHER, column="x")
    assert ends(graph.reader.walk(column, level=Level.COLUMN, at=now)) == [
        ("arn:aws:glue:r:1/table/d/t#k", "hive://m:9083/d.t#id"),
        ("hive://m:9083/d.t#id", "s3://b/q/u#x"),
    ]
    assert ends(graph.reader.walk(column, level=Level.COLUMN, at=apart)) == [
        ("hive://m:9083/d.t#id", "s3://b/q/u#x")
    ]
    # What was known at the time holds for it, whenever the alias was true.
    early = graph.at(as_of=1)
    assert ("jobs/load", "hive://m:9083/d.t") in ends(graph.reader.walk(OTHER, at=early))


def test_facts_search_and_runs_follow_the_name_that_speaks(graph: MemoryGraph) -> None:
    """Versions, columns, runs by version, the datasets of a run, search: by any name, told by one."""
    written_and_read(graph)
    before = graph.at()
    graph.apply(also(PATH, HIVE))
    now = graph.at()
    for name in (PATH, HIVE):
        at_version = DatasetVersion(dataset=name, version="3")
        [record] = graph.reader.versions(name, now)
        assert record.version.dataset == HIVE
        assert (record.written_by, record.read_by) == ((run_id("w"),), (run_id("r"),))
        assert graph.reader.columns(name, now) == (("id", "int"),)
        assert [run.id for run in graph.reader.runs_writing(at_version, now)] == [run_id("w")]
        assert [run.id for run in graph.reader.runs_reading(at_version, now)] == [run_id("r")]
    assert graph.reader.columns(HIVE, before) == () and graph.reader.columns(PATH, before) == (("Id", "int"),)
    assert graph.reader.runs_writing(DatasetVersion(dataset=HIVE, version="3"), before) == ()
    assert [item.dataset for item in graph.reader.run(run_id("w"), now).outputs] == [HIVE]
    assert [item.dataset for item in graph.reader.run(run_id("w"), before).outputs] == [PATH]
    assert [node.id for node in graph.reader.search("p/t", now)] == [
        "hive://m:9083/d.t",
        "hive://m:9083/d.t#id",
    ]
    assert [node.id for node in graph.reader.search("p/t", before)] == ["s3://b/p/t", "s3://b/p/t#Id"]
    assert graph.reader.datasets("s3://b", now) == (HIVE, OTHER)


def test_a_run_that_says_both_names_reads_one_thing(graph: MemoryGraph) -> None:
    """The path without a version and the table with one are the table at that version, read once."""
    graph.apply(event("j/r", reads=[called(PATH), called(HIVE, "3")]), also(PATH, HIVE))
    found = graph.reader.walk(HIVE, level=Level.VERSION, at=graph.at())
    assert ("hive://m:9083/d.t@3", f"run/{run_id('r')}") in ends(found)
    assert ("hive://m:9083/d.t", f"run/{run_id('r')}") not in ends(found)
    [read] = graph.reader.run(run_id("r"), graph.at()).inputs
    assert (read.dataset, read.version) == (HIVE, "3")


def test_a_job_that_calls_it_otherwise_still_reads_it(graph: MemoryGraph) -> None:
    """Since its first run, not since it changed the name."""
    graph.apply(
        event("j/one", reads=[called(PATH)]), event("j/two", reads=[called(HIVE)], minute=5), also(PATH, HIVE)
    )
    [edge] = [e for e in graph.reader.walk(HIVE, at=graph.at()).edges if e.target == "jobs/j"]
    assert edge.valid_from == event("x").event_time and edge.known_from == graph.recorded_at(0)


def test_chains_cycles_and_conflicts_merge_transitively(graph: MemoryGraph) -> None:
    """Two tables that name one location are one thing; of catalog names the first in order speaks."""
    graph.apply(
        event("w/w", writes=[called(PATH)]),
        also(PATH, HIVE),
        also(PATH, GLUE),
        also(HIVE, GLUE),
        also(GLUE, OTHER, "LOCATION"),
    )
    for name in NAMES:
        [node] = [n for n in graph.reader.walk(name, at=graph.at()).nodes if not n.id.startswith("jobs")]
        assert node.id == str(GLUE)
        assert set(node.also) == {str(each) for each in NAMES if each != GLUE}
    [node] = [n for n in graph.reader.walk(PATH, at=graph.at(size=2)).nodes if not n.id.startswith("jobs")]
    assert (node.id, node.also) == (str(HIVE), (str(PATH),))
    with pytest.raises(NotFound):
        graph.reader.walk(OTHER, at=graph.at(size=4))


def test_a_location_makes_the_other_side_the_table(graph: MemoryGraph) -> None:
    """Whoever has a location is named by a catalog, though no platform is known by that name."""
    odd = DatasetId(namespace="zz", name="t")
    graph.apply(event("w/w", writes=[called(PATH)]), also(odd, PATH, "LOCATION"))
    assert graph.reader.search("p/t", graph.at())[0].id == "zz/t"


def asked_of_aliases(graph: MemoryGraph, level: Level) -> tuple[int, int]:
    """How many statements a whole walk from PATH takes, and how many of them ask for aliases."""
    with watched(graph) as work:
        graph.reader.walk(PATH, level=level, at=graph.at())
    return len(work.statements), sum("graph_aliases" in statement for statement in work.statements)


@pytest.mark.parametrize("level", list(Level))
def test_an_answer_without_aliases_asks_for_them_once(graph: MemoryGraph, level: Level) -> None:
    """However far it goes; where some are known, each step asks by index."""
    names = [PATH, *(DatasetId(namespace="s3://b", name=f"n{number}") for number in range(6))]
    for number, (source, target) in enumerate(pairwise(names)):
        graph.apply(
            event(
                f"j{number}/r{number}",
                reads=[called(source, "1")],
                writes=[called(target, "1", columnLineage=derived("x", source, "x"))],
                minute=number,
            )
        )
    assert asked_of_aliases(graph, level)[1] == 1
    graph.apply(also(OTHER, GLUE))
    whole, aliases = asked_of_aliases(graph, level)
    assert 1 < aliases <= whole * 2 / 3


_MENTIONS = st.builds(
    lambda name, version, linked, source: called(
        name,
        version,
        **({"symlinks": links(*linked)} if linked else {}),
        **({"columnLineage": derived("x", source, "x")} if source else {}),
        schema=facet(fields=[{"name": "x", "type": "int"}]),
    ),
    st.sampled_from(NAMES),
    st.sampled_from([None, "1", "2"]),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["TABLE", "LOCATION"])), max_size=2),
    st.sampled_from([None, *NAMES]),
)
_EVENTS = st.lists(
    st.builds(
        lambda run, state, reads, writes, minute: event(
            f"job {run}/{run}", state, reads=reads, writes=writes, minute=minute
        ),
        st.sampled_from(["r", "s"]),
        st.sampled_from(["START", "COMPLETE", "OTHER"]),
        st.lists(_MENTIONS, max_size=1),
        st.lists(_MENTIONS, max_size=1),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=5,
)
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def view(graph: MemoryGraph, at: Instants, *, known: bool) -> list[Any]:
    """All that is told of each name; without what tells when it became known, unless asked for."""
    told: list[Any] = []
    for name in NAMES:
        for level in Level:
            try:
                told.append(plain(graph.reader.walk(name, level=level, at=at), known=known))
            except NotFound:
                told.append(None)
        versions = graph.reader.versions(name, at)
        told.append([each if known else replace(each, known_from=each.since) for each in versions])
        told.append(graph.reader.columns(name, at))
        for number in ("1", "2"):
            version = DatasetVersion(dataset=name, version=number)
            told.append({run.id for run in graph.reader.runs_writing(version, at)})
            told.append({run.id for run in graph.reader.runs_reading(version, at)})
    told.append(sorted(graph.reader.search("t", at)))
    told.append([[(item.dataset, item.version) for item in (*run.inputs, *run.outputs)] for run in
                 graph.reader.runs(at=at)])  # fmt: skip
    return told


def plain(found: Graph, *, known: bool) -> tuple[Sequence[Any], Sequence[Any]]:
    return found.nodes, [edge if known else replace(edge, known_from=None) for edge in found.edges]


@SLOW
@given(_EVENTS, st.randoms(use_true_random=False))
def test_any_order_of_events_and_symlinks_ends_in_the_same_view(
    events: list[ParsedEvent], chance: random.Random
) -> None:
    """At the final known_at, all answers are equal, whatever was learnt first."""
    straight = MemoryGraph(*events)
    chance.shuffle(shuffled := list(events))
    other = MemoryGraph(*shuffled)
    assert view(other, other.at(), known=False) == view(straight, straight.at(), known=False)
    assert other.export() == straight.export()
    straight.close()
    other.close()


@SLOW
@given(_EVENTS, st.integers(0, 4), st.integers(0, 3))
def test_earlier_views_are_not_changed_by_what_came_later(
    events: list[ParsedEvent], size: int, as_of: int
) -> None:
    """At each earlier known_at, all answers are what they were when nothing more had come."""
    size = min(size, len(events))
    whole, part = MemoryGraph(*events), MemoryGraph(*events[:size])
    at = whole.at(size=size, as_of=as_of)
    assert view(whole, at, known=True) == view(part, at, known=True)
    whole.close()
    part.close()
