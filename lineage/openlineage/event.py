"""An accepted OpenLineage event as frozen values. Facets are kept verbatim as JSON objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from lineage.names import DatasetId, JobId, RunId
from lineage.recorder import RunRef

Facets: TypeAlias = Mapping[str, Mapping[str, Any]]


class EventKind(StrEnum):
    RUN = "RunEvent"
    JOB = "JobEvent"
    DATASET = "DatasetEvent"


class EventType(StrEnum):
    """The state a run event announces. OTHER adds facts only."""

    START = "START"
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    ABORT = "ABORT"
    FAIL = "FAIL"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """The event's number in its producer's gap-free stream."""

    stream: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDataset:
    """A dataset as an event mentions it. `io_facets` are its input or output facets; `gone` those taken back."""

    id: DatasetId
    version: str | None
    facets: Facets
    io_facets: Facets
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEvent:
    """`run_id` only for run events, `dataset` only for dataset events; `job` for both others.

    `event_time` is in UTC with microseconds. `event_type` is None where a run event states none.
    `job_gone` are the job's facets that the event takes back.
    """

    kind: EventKind
    event_type: EventType | None
    event_time: datetime
    producer: str
    run_id: RunId | None = None
    job: JobId | None = None
    dataset: EventDataset | None = None
    inputs: tuple[EventDataset, ...] = ()
    outputs: tuple[EventDataset, ...] = ()
    run_facets: Facets
    job_facets: Facets
    job_gone: tuple[str, ...] = ()
    parent: RunRef | None = None
    sequence: Sequence | None = None
