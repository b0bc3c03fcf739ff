"""Claims about the graph inside a catalog on disk: what is accepted is at once in the graph, and can be rebuilt."""

from typing import Any

import orjson
import pytest

from lineage.actors import Actor
from lineage.errors import BadInput
from lineage.findings import Finding, Severity
from lineage.graph import Direction, Level
from lineage.openlineage import InvalidEvent
from tests.support.graphs import columns, facet, mention, moment, run_id, version
from tests.support.places import Place

ACTOR = Actor(name="tester")


def body(run: str, state: str, **flows: list[dict[str, Any]]) -> bytes:
    return orjson.dumps(
        {
            "eventType": state,
            "eventTime": moment(0).isoformat(),
            "producer": "urn:test",
            "schemaURL": "urn:test#/$defs/RunEvent",
            "run": {"runId": str(run_id(run))},
            "job": {"namespace": "jobs", "name": "job"},
            **flows,
        }
    )


EVENTS = [
    body("r", "START", inputs=[mention("a")]),
    body(
        "r",
        "COMPLETE",
        inputs=[mention("a@1")],
        outputs=[mention("lake.t@0+1", columnLineage=columns(x=["a.p DIRECT/IDENTITY"]), note=facet(x=1))],
    ),
    body("s", "COMPLETE", inputs=[mention("lake.t@1")], outputs=[mention("b@1")]),
]


def test_what_is_acknowledged_is_in_the_graph(place: Place) -> None:
    """No waiting between the receipt and the answer; a resend or a refusal changes nothing."""
    with place.open() as record:
        for event in (*EVENTS, EVENTS[0]):
            record.intake.accept(event, actor=ACTOR)
        with pytest.raises(InvalidEvent):
            record.intake.accept(b"{}", actor=ACTOR)
        found = record.graph.walk(
            version("b@1"), direction=Direction.UP, level=Level.VERSION, at=record.log.resolve()
        )
        assert {node.label for node in found.nodes if node.kind != "run"} == {
            "a@1",
            "lake.t@0",
            "lake.t@1",
            "b@1",
        }


def test_findings_of_runs_and_of_the_record_are_listed_together(place: Place) -> None:
    """An entry of kind `finding` is listed; one that is no finding is listed as unreadable, never dropped."""
    found = Finding(
        kind="unexplained-write",
        severity=Severity.CRITICAL,
        subject="t",
        message="m",
        remedy="r",
        evidence={},
    )
    with place.open() as record:
        record.log.append("finding", found.to_json(), actor=ACTOR)
        record.log.append("finding", {"kind": "odd"}, actor=ACTOR)
        unreadable, listed = record.graph.findings(record.log.resolve())
        assert listed.finding == found and listed.run is None
        assert unreadable.finding.kind == "unreadable-finding"


def test_rebuilding_changes_nothing(place: Place) -> None:
    """The export after dropping and rebuilding every projection equals the export before."""
    with place.open() as record:
        for event in EVENTS:
            record.intake.accept(event, actor=ACTOR)
        before = tuple(record.export())
        assert record.rebuild() == len(EVENTS)
        assert tuple(record.export()) == before and len(before) > 5


def test_no_name_is_too_long_for_one_database_only(place: Place) -> None:
    """As long as a name may be, everything takes it; longer is a fault of the event, not of ours."""
    odd = "".join(chr(0x4E00 + number % 5000) for number in range(0, 5000, 4))
    with place.open() as record:
        for name in ("n" * 1250, odd[:600], odd):
            stated = [{"namespace": name[:100], "name": name}]
            try:
                record.intake.accept(body(name[:3], "COMPLETE", inputs=stated, outputs=stated), actor=ACTOR)
            except BadInput:
                assert name == odd and place.address is not None
        with pytest.raises(InvalidEvent, match="at most 1250 characters"):
            record.intake.accept(body("x", "COMPLETE", inputs=[mention("n" * 1251)]), actor=ACTOR)
        record.aspects.project()
        assert record.aspects.lag() == 0
