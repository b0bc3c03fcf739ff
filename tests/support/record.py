"""What the record's tests share: a clock one can turn, events, an opened catalog."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from catalog.catalog import Catalog
from catalog.log import rows
from catalog.log.entry import Draft
from lineage.actors import Actor

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ANNA = Actor(name="anna")


class TurnableClock:
    """A clock that stands still until it is turned, forwards or back."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def take_notes(catalog: Catalog, first: int, end: int) -> None:
    """Log entries of no consequence, numbered from first up to, not including, end, in one commit."""
    drafts = [
        Draft(
            kind="note",
            event_id=str(number),
            actor=ANNA,
            payload=b'{"number": %d}' % number,
            producer="urn:test",
            producer_seq=number + 1,
        )
        for number in range(first, end)
    ]
    with catalog._store.sequenced() as session:
        rows.append(session, drafts, now=catalog._clock())


def event(number: int, *, stream: str | None = None, **changes: Any) -> bytes:
    """An event of a run of its own; in a numbered stream where one is named."""
    facets: dict[str, Any] = {}
    if stream is not None:
        facets["lakeproof_sequence"] = {
            "_producer": "urn:test",
            "_schemaURL": "urn:lakeproof:facets:1#Sequence",
            "stream": stream,
            "seq": number,
        }
    return json.dumps(
        {
            "eventType": "COMPLETE",
            "eventTime": "2026-03-04T11:00:00Z",
            "producer": "urn:test",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": str(UUID(int=number)), "facets": facets},
            "job": {"namespace": "test", "name": "job"},
            "inputs": [{"namespace": "test", "name": f"in_{number % 3}"}],
            "outputs": [{"namespace": "test", "name": "out"}],
            **changes,
        }
    ).encode()
