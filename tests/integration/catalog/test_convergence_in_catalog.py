"""Exactly once and convergence, through the real door: order, repetition, delay and company make no difference."""

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.catalog import Catalog
from catalog.intake import Receipt
from lineage.actors import Actor
from lineage.openlineage import InvalidEvent
from tests.support.effort import examples
from tests.support.facets import LINKS, end, facet, job_end
from tests.support.graphs import columns, mention, moment, run_id

SENDER = Actor(name="sender")
STREAM = "urn:test:stream"

_DAY = 24 * 60
_READS = ("a", "a@1", "a@2", "lake.t@3")
_LINEAGE = facet(entries=[{**end("b"), "inputs": [end("a"), job_end("other")]}])
_WRITES: tuple[Any, ...] = (
    mention("b"),
    mention("b@1", documentation=facet(description="b")),
    mention("b", documentation={**LINKS, "_deleted": True}),
    mention("b", lineage=facet(inputs=[end("a")])),
    mention("lake.t@4+5", columnLineage=columns(x=["a.q DIRECT/IDENTITY"], _=["a.r INDIRECT/JOIN"])),
    mention("lake.t@4", lifecycleStateChange=facet(lifecycleStateChange="OVERWRITE")),
)
_STATES = ("START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", "ABORT", "OTHER")


@st.composite
def _event(draw: st.DrawFn) -> dict[str, Any]:
    """An event of one of two runs, in a state, up to days before or after the others; or of a job or dataset."""
    when = moment(draw(st.sampled_from([0, 1, 2, 3, -3 * _DAY, 9 * _DAY]))).isoformat()
    common = {"eventTime": when, "producer": "urn:test", "schemaURL": "urn:test#Event"}
    if draw(st.integers(0, 9)) == 0:
        return {**common, "dataset": draw(st.sampled_from(_WRITES[1:4]))}
    run = draw(st.sampled_from(["r", "s"]))
    body = {
        **common,
        "job": {
            "namespace": "jobs",
            "name": run,
            "facets": draw(st.sampled_from([{}, {"lineage": _LINEAGE}])),
        },
        "inputs": [mention(text) for text in draw(st.lists(st.sampled_from(_READS), max_size=2))],
        "outputs": draw(st.lists(st.sampled_from(_WRITES), max_size=2)),
    }
    if draw(st.integers(0, 9)) == 0:
        return body
    return {
        **body,
        "eventType": draw(st.sampled_from(_STATES)),
        "run": {"runId": str(run_id(run)), "facets": {}},
    }


def _numbered(events: Sequence[dict[str, Any]]) -> list[bytes]:
    """The events of runs numbered in one stream."""
    numbers = count(1)
    return [json.dumps(_with_number(event, numbers)).encode() for event in events]


def _with_number(event: dict[str, Any], numbers: Iterator[int]) -> dict[str, Any]:
    if "run" not in event:
        return event
    sequence = {"lakeproof_sequence": facet(stream=STREAM, seq=next(numbers))}
    return {**event, "run": {**event["run"], "facets": sequence}}


@contextmanager
def _record() -> Iterator[Catalog]:
    with tempfile.TemporaryDirectory() as home, Catalog.open(Path(home)) as catalog:
        yield catalog


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_event(), min_size=2, max_size=8), st.integers(0, 2**32))
def test_the_same_events_make_the_same_record(events: list[dict[str, Any]], seed: int) -> None:
    """Shuffled, sent several times, alone or in company: the same export, each event one entry."""
    bodies = list(dict.fromkeys(_numbered(events)))
    chance = random.Random(seed)
    sent = [*bodies, *chance.choices(bodies, k=4)]
    chance.shuffle(sent)
    with _record() as straight, _record() as other:
        for body in bodies:
            straight.intake.accept(body, actor=SENDER)
        answers: list[Receipt | InvalidEvent] = []
        while len(answers) < len(sent):
            company = sent[len(answers) : len(answers) + chance.randint(1, 4)]
            answers += other.intake.accept_all(company, actor=SENDER)
        assert all(isinstance(answer, Receipt) for answer in answers)
        assert other.log.size == straight.log.size == len(bodies)
        assert list(other.export()) == list(straight.export())
        assert other.intake.gaps() == straight.intake.gaps() == ()
        before = list(other.export())
        other.rebuild()
        assert list(other.export()) == before


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(2, 12), st.sets(st.integers(1, 12)), st.integers(0, 2**32))
def test_a_dropped_event_shows_as_a_gap(total: int, dropped: set[int], seed: int) -> None:
    """Exactly the numbers that never came, below the highest that did, in whatever order the others came."""
    came = [number for number in range(1, total + 1) if number not in dropped]
    random.Random(seed).shuffle(came)
    run = {"eventTime": moment(0).isoformat(), "producer": "urn:test", "schemaURL": "urn:test#Event"}
    events = [{**run, "job": {"namespace": "n", "name": "j"}, "run": {"runId": str(run_id("r"))}}] * total
    bodies = _numbered([{**event, "eventTime": moment(n).isoformat()} for n, event in enumerate(events)])
    with _record() as catalog:
        catalog.intake.accept_all([bodies[number - 1] for number in came], actor=SENDER)
        gaps = catalog.intake.gaps()
    missing = {number for gap in gaps for number in range(gap.first, gap.last + 1)}
    assert missing == {number for number in dropped if number < max(came, default=0)}
    assert {gap.stream for gap in gaps} <= {STREAM}
