"""Claims about order: however a run's events arrive, the graph ends the same."""

import random
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.graph.records import RunState
from lineage.openlineage import ParsedEvent
from lineage.times import Instants
from tests.support.effort import examples
from tests.support.graphs import MemoryGraph, columns, event, facet, mention, moment, run_id, saying

SLOW = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])

_STATES = st.sampled_from(["START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"])
_SCHEMA = facet(fields=[{"name": "x", "type": "int"}])
_READS = st.lists(st.sampled_from(["a", "a@1", "a@2", "lake.t@3", mention("a", schema=_SCHEMA)]), max_size=2)
_SAID = st.sampled_from(
    [None, None, "select x from a", "insert into b select x + 1 from a", "select y from a"]
)
_WRITES = st.lists(
    st.sampled_from(
        [
            mention("b"),
            mention(
                "b",
                schema=_SCHEMA,
                symlinks=facet(identifiers=[{"namespace": "n", "name": "m", "type": "TABLE"}]),
            ),
            mention("lake.t@4", columnLineage=columns(x=["a.p DIRECT/IDENTITY"])),
            mention("lake.t@4+5", columnLineage=columns(x=["a.q DIRECT/IDENTITY"], _=["a.r INDIRECT/JOIN"])),
            mention("lake.t@4", lifecycleStateChange=facet(lifecycleStateChange="OVERWRITE")),
        ]
    ),
    max_size=2,
)
_PARENT = {"parent": facet(run={"runId": str(run_id("p"))}, job={"namespace": "jobs", "name": "p"})}
_REPLACED = {"dataset": {"namespace": "lakeproof://lake", "name": "lake.t"}, "version": "3", "where": "m = 1"}
_FOUND = {"kind": "k", "severity": "major", "subject": "s", "message": "m", "remedy": "r", "evidence": {}}
_FACETS = st.sampled_from(
    [
        {},
        _PARENT,
        {"lakeproof_supersedes": facet(because="late", replaced=[_REPLACED])},
        {"lakeproof_findings": facet(findings=[_FOUND])},
        {"errorMessage": facet(message="no", programmingLanguage="python")},
    ]
)


def _saying(said: ParsedEvent, sql: str | None) -> ParsedEvent:
    return said if sql is None else saying(said, sql)


EVENTS = st.lists(
    st.builds(
        lambda run, state, reads, writes, minute, facets, sql: _saying(
            event(f"job {run}/{run}", state, reads=reads, writes=writes, minute=minute, facets=facets), sql
        ),
        st.sampled_from(["r", "s"]),
        _STATES,
        _READS,
        _WRITES,
        st.integers(0, 5),
        _FACETS,
        _SAID,
    ),
    min_size=1,
    max_size=6,
)


@SLOW
@given(EVENTS, st.randoms(use_true_random=False), st.integers(0, 3))
def test_any_order_and_any_duplicates_give_the_same_graph(
    events: list[ParsedEvent], chance: random.Random, repeated: int
) -> None:
    """Permuted and resent events end in the same sorted export."""
    straight = MemoryGraph(*events)
    shuffled = [*events, *chance.choices(events, k=repeated)]
    chance.shuffle(shuffled)
    other = MemoryGraph(*shuffled)
    assert other.export() == straight.export()
    straight.close()
    other.close()


@SLOW
@given(EVENTS, st.integers(0, 6), st.integers(0, 5))
def test_what_was_known_then_does_not_change(events: list[ParsedEvent], size: int, as_of: int) -> None:
    """The graph at an earlier log size equals the graph that had only those entries, at any as_of."""
    from catalog.graph.export import export

    size = min(size, len(events))
    whole, part = MemoryGraph(*events), MemoryGraph(*events[:size])
    with whole.reading() as now, part.reading() as then:
        at = whole.at(size=size, as_of=as_of)
        assert list(export(now, at)) == list(export(then, at))
    whole.close()
    part.close()


def states(*events: ParsedEvent) -> tuple[RunState, datetime | None, datetime | None]:
    graph = MemoryGraph(*events)
    record = graph.reader.run(run_id("r"), graph.at())
    graph.close()
    return record.state, record.started_at, record.ended_at


def test_a_run_without_start_is_known_by_its_end() -> None:
    """A missing START leaves only the start unknown."""
    assert states(event("r", minute=3)) == (RunState.COMPLETE, None, moment(3))


def test_late_words_do_not_reopen_a_run() -> None:
    """RUNNING and START after COMPLETE, in time or in arrival, leave it complete."""
    events = [event("r", minute=3), event("r", "RUNNING", minute=4), event("r", "START", minute=1)]
    assert states(*events) == (RunState.COMPLETE, moment(1), moment(3))


def test_the_last_end_wins_and_a_failed_run_may_start_again() -> None:
    """FAIL then COMPLETE is complete; FAIL then START is running."""
    failed = [event("r", "START", minute=1), event("r", "FAIL", minute=2)]
    assert states(*failed)[0] is RunState.FAIL
    assert states(*failed, event("r", "START", minute=3)) == (RunState.RUNNING, moment(1), None)
    assert states(*failed, event("r", minute=4)) == (RunState.COMPLETE, moment(1), moment(4))


def test_at_the_same_moment_the_worse_end_wins() -> None:
    """COMPLETE and FAIL at one moment: the run failed."""
    assert states(event("r", minute=1), event("r", "FAIL", minute=1))[0] is RunState.FAIL


def test_other_words_tell_nothing_of_where_a_run_stands() -> None:
    """A run known only from OTHER is in an unknown state."""
    assert states(event("r", "OTHER"))[0] is RunState.UNKNOWN


def test_the_latest_of_times_is_still_a_time() -> None:
    """Questions at the ends of time are answered."""
    graph = MemoryGraph(event("r", writes=["a@1"]))
    for as_of in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        at = Instants(as_of=as_of, known_at=as_of, log_size=graph.size)
        assert len(graph.reader.runs(at=at)) == (1 if as_of.year > 1 else 0)
    graph.close()


@SLOW
@given(EVENTS)
def test_a_graph_emptied_and_filled_again_is_the_same(events: list[ParsedEvent]) -> None:
    """Row numbers of before leave no trace: the export after a rebuild is the export before."""
    graph = MemoryGraph(*events)
    before = graph.export()
    graph.empty()
    assert graph.export() == []
    graph.apply(*events)
    assert graph.export() == before
    graph.close()
