"""The way out for events: through the OpenLineage client, to HTTP or to an intake in process, never to nowhere.

The client falls open (to the console, or to nothing under OPENLINEAGE_DISABLED); `emitter_to` refuses that.
"""

import json
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from openlineage.client import OpenLineageClient
from openlineage.client.client import Event as AnyEvent
from openlineage.client.event_v2 import DatasetEvent, JobEvent, RunEvent
from openlineage.client.serde import Serde
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpCompression, HttpConfig, HttpTransport
from openlineage.client.transport.transport import Transport

from lineage.errors import Fault

Event: TypeAlias = RunEvent | JobEvent | DatasetEvent

#: Takes an event's bytes; returns once it is durable; raises LakeproofError when it is refused.
Intake = Callable[[bytes], object]


class Emitter(Protocol):
    """Where a room's events go. `emit` returns only once the record has the event durably."""

    def emit(self, event: Event) -> None: ...


class IntakeTransport(Transport):
    """The OpenLineage client's transport into an intake of this very process."""

    kind = "lakeproof_intake"

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def emit(self, event: AnyEvent) -> None:
        self._intake(event_bytes(event))


class ClientEmitter:
    """Emits through an OpenLineage client whose transport was asserted to lead somewhere."""

    def __init__(self, client: OpenLineageClient) -> None:
        kind = client.transport.kind
        if kind not in {HttpTransport.kind, IntakeTransport.kind}:
            raise Fault(
                f"events would go nowhere: the OpenLineage client chose the transport '{kind}'",
                next_move="unset OPENLINEAGE_DISABLED and OPENLINEAGE_CONFIG, then run again",
            )
        self._client = client

    def emit(self, event: Event) -> None:
        """Raise Fault when the record did not acknowledge the event."""
        event_bytes(event)
        try:
            self._client.emit(event)
        except OSError as error:
            raise Fault(
                f"the record did not acknowledge an event of job {event_job(event)}: {error}",
                next_move="check that the catalog is running (`lakeproof catalog serve`)",
            ) from error


class MemoryEmitter:
    """The in-memory twin: keeps what was emitted."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def emit(self, event: Event) -> None:
        self.events.append(json.loads(event_bytes(event)))


def event_bytes(event: AnyEvent) -> bytes:
    """The event's JSON. Raises TypeError on a value JSON cannot hold, where the client would send a placeholder."""
    return json.dumps(Serde.to_dict(event), sort_keys=True, allow_nan=False, ensure_ascii=False).encode()


def event_job(event: Event) -> str:
    """The job or dataset an event is about, for messages."""
    subject = event.dataset if isinstance(event, DatasetEvent) else event.job
    return f"{subject.namespace}/{subject.name}"


def emitter_in_process(intake: Intake) -> ClientEmitter:
    """Events go to an intake of this process, still through the OpenLineage client."""
    return ClientEmitter(OpenLineageClient(transport=IntakeTransport(intake)))


def emitter_over_http(url: str, *, token: str | None = None, timeout: float = 30.0) -> ClientEmitter:
    """Events go to `<url>/api/v1/lineage` by the client's standard HTTP transport. Timeout in seconds."""
    config = HttpConfig(url=url, timeout=timeout, compression=HttpCompression.GZIP)
    if token is not None:
        config.auth = ApiKeyTokenProvider({"apiKey": token})
    return ClientEmitter(OpenLineageClient(transport=HttpTransport(config)))
