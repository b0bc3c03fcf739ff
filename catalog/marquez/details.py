"""What Marquez tells of a dataset or job besides its edges, as known at two times.

Unknown is null. Times are moments: who writes the JSON spells them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ScalarSelect, Select, and_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from catalog.base import Words
from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.fold import state_of, told_order
from catalog.graph.orm import DatasetRow as Dataset
from catalog.graph.orm import FieldsRow, JobRow, RunEventRow, RunRow, SchemaRow, StatementRow, VersionRow
from catalog.graph.records import RunState
from catalog.identity.aliases import Aliases
from lineage.names import DatasetId, JobId

Json = dict[str, Any]

_STATES = {
    RunState.RUNNING: "RUNNING",
    RunState.COMPLETE: "COMPLETED",
    RunState.FAIL: "FAILED",
    RunState.ABORT: "ABORTED",
    RunState.UNKNOWN: "NEW",
}


@dataclass(slots=True)
class Described:
    """`created`: first known; `described`: when its columns were last stated."""

    created: datetime | None = None
    described: datetime | None = None
    fields: list[Json] = field(default_factory=list)


class Said(NamedTuple):
    """What of an event's content is shown of its job and run; None where it says nothing of it."""

    parent: str | None
    begins: str | None
    ends: str | None
    kind: str | None
    location: str | None
    description: str | None


@dataclass(slots=True)
class Newest:
    """A job's newest event and the run that it speaks of."""

    created: datetime | None
    run_id: int
    uuid: str | None
    at: datetime
    said: "Said"


class _Event(NamedTuple):
    """An event of a run."""

    event_type: str
    event_time: datetime


_NOTHING = Said(None, None, None, None, None, None)

#: Where the content has what is `Said`, in its order.
_PLACES = (
    "run.parent.job.name",
    "run.nominalTime.nominalStartTime",
    "run.nominalTime.nominalEndTime",
    "job.jobType.processingType",
    "job.sourceCodeLocation.url",
    "job.documentation.description",
)


class _Shown(FunctionElement[str]):
    """What is shown of a content as a JSON array, where the database finds that faster than we; else all of it."""

    inherit_cache = True
    type = Words()


@compiles(_Shown)
def _all(element: _Shown, compiler: SQLCompiler, **how: Any) -> str:
    return str(compiler.process(element.clauses, **how))


@compiles(_Shown, "sqlite")
def _found(element: _Shown, compiler: SQLCompiler, **how: Any) -> str:
    paths = ", ".join(f"'$.{place}'" for place in _PLACES)
    return f"json_extract({compiler.process(element.clauses, **how)}, {paths})"


def _said(shown: str) -> Said:
    told = orjson.loads(shown)
    return Said(*(told if isinstance(told, list) else (_at(told, place) for place in _PLACES)))


def _at(content: Json, place: str) -> Any:
    found: Any = content
    for key in place.split("."):
        found = found.get(key) if found is not None else None
    return found


class Details:
    """Read for many at once, whatever their number."""

    def __init__(self, asked: Asked, same: Aliases) -> None:
        self._asked = asked
        self._same = same

    def datasets(self, names: Mapping[int, DatasetId]) -> dict[int, Json]:
        """Marquez's dataset, by row number; with all that is known of it under any of its names."""
        lead = self._same.datasets.leads(self._same.datasets.together(names))
        described = {number: Described() for number in lead.values()}
        for row, created in self._asked.rows(_CREATED, lead):
            first = described[lead[row]].created
            described[lead[row]].created = created if first is None else min(first, created)
        bodies: dict[str, list[Json]] = {}
        best: dict[int, tuple[datetime, int, str]] = {}
        for row, at, count, digest, body in self._asked.rows(_FIELDS, lead):
            number, rank = lead[row], (at, -1 if count is None else count, digest)
            if number not in best or rank > best[number]:
                best[number] = rank
                described[number].described = at
                described[number].fields = bodies.get(digest) or bodies.setdefault(digest, _fields(body))
        for row, (owner, *_) in self._same.names(described).items():
            told = described[row]
            told.fields = [
                {**each, "name": self._same.column_name(owner, each["name"])} for each in told.fields
            ]
        return {number: _dataset(name, described[lead[number]]) for number, name in names.items()}

    def jobs(self, names: Mapping[int, JobId]) -> dict[int, Json]:
        """Marquez's job without inputs and outputs, by row number."""
        newest: dict[int, Newest] = {}
        for statement in (_NEWEST_COMPLETE, _NEWEST_OTHER):
            for number, created, run_id, uuid, declared, at, content in self._asked.rows(statement, names):
                if number not in newest or at > newest[number].at:
                    newest[number] = Newest(created, run_id, None if declared else uuid, at, _said(content))
        events = defaultdict(list)
        for run_id, *event in self._asked.rows(_EVENTS, (each.run_id for each in newest.values())):
            events[run_id].append(_Event._make(event))
        return {
            number: _job(names[number], newest.get(number), events[newest[number].run_id])
            if number in newest
            else _job(names[number], None, [])
            for number in names
        }


def _dataset(name: DatasetId, told: Described) -> Json:
    return {
        "id": {"namespace": name.namespace, "name": name.name},
        "type": "DB_TABLE",
        "name": name.name,
        "physicalName": name.name,
        "createdAt": told.created,
        "updatedAt": told.described or told.created,
        "namespace": name.namespace,
        "sourceName": name.namespace,
        "fields": told.fields,
        "tags": [],
        "lastModifiedAt": None,
        "description": None,
        "lastLifecycleState": None,
    }


def _fields(body: str) -> list[Json]:
    listed = orjson.loads(body)
    return [{"name": name, "type": kind or None, "tags": [], "description": None} for name, kind in listed]


def _job(name: JobId, newest: Newest | None, events: Sequence[_Event]) -> Json:
    said = newest.said if newest is not None else _NOTHING
    return {
        "id": {"namespace": name.namespace, "name": name.name},
        "type": _TYPES.get(said.kind or "", "BATCH"),
        "name": name.name,
        "simpleName": name.name.removeprefix(f"{said.parent}."),
        "parentJobName": said.parent,
        "parentJobUuid": None,
        "createdAt": newest.created if newest is not None else None,
        "updatedAt": newest.at if newest is not None else None,
        "namespace": name.namespace,
        "inputs": [],
        "outputs": [],
        "location": said.location,
        "description": said.description,
        "latestRun": _run(newest, events) if newest is not None and newest.uuid is not None else None,
    }


_TYPES = {"STREAMING": "STREAM", "SERVICE": "SERVICE"}


def _run(newest: Newest, events: Sequence[_Event]) -> Json:
    ordered = sorted(events, key=told_order) if len(events) > 1 else events
    state, ended = state_of(ordered)
    started = min((each.event_time for each in ordered if each.event_type == "START"), default=None)
    return {
        "id": newest.uuid,
        "createdAt": ordered[0].event_time,
        "updatedAt": ordered[-1].event_time,
        "nominalStartTime": newest.said.begins,
        "nominalEndTime": newest.said.ends,
        "state": _STATES[state],
        "startedAt": started,
        "endedAt": ended,
        "durationMs": None
        if started is None or ended is None
        else round((ended - started).total_seconds() * 1000),
        "args": {},
    }


_job_t, _event, _run_t = table_of(JobRow), table_of(RunEventRow), table_of(RunRow)
_data, _schema, _body = table_of(Dataset), table_of(SchemaRow), table_of(FieldsRow)
_version, _statement = table_of(VersionRow), table_of(StatementRow)

_CREATED = (
    select(_data.c.id, _statement.c.recorded_at)
    .join(_statement, _statement.c.seq == _data.c.seq)
    .where(among(_data.c.id))
)
_other = _schema.alias("other")
_last = (
    select(_other.c.event_time)
    .where(_other.c.dataset_id == _data.c.id, seen(_other))
    .order_by(_other.c.event_time.desc())
    .limit(1)
    .correlate(_data)
    .scalar_subquery()
)
_FIELDS = (
    select(_data.c.id, _schema.c.event_time, _version.c.number, _schema.c.digest, _body.c.body)
    .select_from(_data)
    .join(_schema, and_(_schema.c.dataset_id == _data.c.id, _schema.c.event_time == _last, seen(_schema)))
    .join(_version, _version.c.id == _schema.c.version_id)
    .join(_body, _body.c.digest == _schema.c.digest)
    .where(among(_data.c.id))
)


def _newest(*, complete: bool) -> Select[Any]:
    """Each job's newest event of those that complete a run, or of the others."""
    other = _event.alias("newest")

    def of_kind(event: Any) -> Any:
        return event.c.completes if complete else event.c.completes.is_(False)

    last: ScalarSelect[Any] = (
        select(other.c.event_time)
        .where(other.c.job_id == _job_t.c.id, of_kind(other), seen(other))
        .order_by(other.c.event_time.desc())
        .limit(1)
        .correlate(_job_t)
        .scalar_subquery()
    )
    here = and_(_event.c.job_id == _job_t.c.id, of_kind(_event), _event.c.event_time == last, seen(_event))
    return (
        select(
            _job_t.c.id,
            _statement.c.recorded_at,
            _run_t.c.id,
            _run_t.c.uuid,
            _run_t.c.declared,
            _event.c.event_time,
            _Shown(_event.c.content),
        )
        .select_from(_job_t)
        .join(_event, here)
        .join(_run_t, _run_t.c.id == _event.c.run_id)
        .outerjoin(_statement, _statement.c.seq == _job_t.c.seq)
        .where(among(_job_t.c.id))
        .order_by(_job_t.c.id, _run_t.c.uuid)
    )


_NEWEST_COMPLETE = _newest(complete=True)
_NEWEST_OTHER = _newest(complete=False)
_EVENTS = select(_event.c.run_id, _event.c.event_type, _event.c.event_time).where(
    among(_event.c.run_id), seen(_event)
)
