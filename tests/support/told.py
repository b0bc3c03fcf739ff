"""A recorder into memory, and how to look at what it recorded."""

from typing import Any

from lineage.emitter import Emitter
from lineage.ids import new_id
from lineage.recorder import Environment, Recorder
from lineage.times import system_clock

Event = dict[str, Any]


def recorder_to(emitter: Emitter) -> Recorder:
    """Ann's recorder, on the real clock."""
    environment = Environment(code="c0ffee", lock_sha256="0" * 64, python="3.11", platform="Linux")
    return Recorder(emitter, actor="ann", environment=environment, clock=system_clock, new_id=new_id)


def ended(events: list[Event], job: str) -> Event:
    """The one COMPLETE or FAIL event of the job `lakeproof://jobs/<job>`."""
    found = [e for e in events if e["job"]["name"] == job and e["eventType"] in {"COMPLETE", "FAIL"}]
    assert len(found) == 1, [event["eventType"] for event in found]
    return found[0]


def versions(datasets: list[Event]) -> dict[str, str]:
    """name → version facet of an event's inputs or outputs."""
    return {d["name"]: d["facets"]["version"]["datasetVersion"] for d in datasets if "version" in d["facets"]}
