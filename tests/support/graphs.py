"""Small graphs for tests: events as a few words, and a graph that they are applied to, in memory or PostgreSQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

import catalog.schema  # noqa: F401  it knows all tables
from catalog.base import Base
from catalog.graph.export import export
from catalog.graph.reader import GraphReader
from catalog.graph.store import apply, clear
from lineage.actors import Actor
from lineage.names import LAKE, DatasetId, DatasetVersion, JobId, RunId
from lineage.openlineage import ParsedEvent, parse_event
from lineage.times import Instants

START_OF_TIME = datetime(2026, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_RUNS = UUID("11111111-1111-5111-8111-111111111111")
_LINKS = {"_producer": "urn:test", "_schemaURL": "urn:test#/$defs/Facet"}

Json = dict[str, Any]


def moment(minute: int) -> datetime:
    return START_OF_TIME + timedelta(minutes=minute)


def run_id(name: str) -> RunId:
    return RunId(uuid5(_RUNS, name))


def dataset(name: str) -> DatasetId:
    """`lake.t` is a table of the lake; anything else is foreign."""
    return DatasetId(namespace=LAKE if "." in name else "warehouse", name=name)


def version(text: str) -> DatasetVersion:
    name, _, number = text.partition("@")
    return DatasetVersion(dataset=dataset(name), version=number)


def facet(**content: Any) -> Json:
    return {**_LINKS, **content}


def mention(text: str, **facets: Json) -> Json:
    """`a@3` is dataset a at version 3; `a@3+4` committed both; `a` is a at a version nobody declares."""
    name, at, versions = text.partition("@")
    numbers = versions.split("+")
    if at:
        facets["version"] = facet(datasetVersion=numbers[-1])
    if len(numbers) > 1:
        facets["lakeproof_commits"] = facet(versions=[int(number) for number in numbers])
    return {"namespace": dataset(name).namespace, "name": name, "facets": facets}


def columns(**targets: Sequence[str]) -> Json:
    """A columnLineage facet: target=["table.column DIRECT/IDENTITY", …]; `_` is the whole dataset."""
    fields = {target: {"inputFields": [_source(s) for s in sources]} for target, sources in targets.items()}
    whole = fields.pop("_", {"inputFields": []})["inputFields"]
    return facet(fields=fields, dataset=whole)


def _source(text: str) -> Json:
    name, _, kind = text.partition(" ")
    table, _, column = name.rpartition(".")
    type_, _, subtype = kind.partition("/")
    ids = dataset(table)
    step = {"type": type_, "subtype": subtype}
    return {"namespace": ids.namespace, "name": ids.name, "field": column, "transformations": [step]}


def event(
    run: str,
    state: str = "COMPLETE",
    *,
    reads: Sequence[str | Json] = (),
    writes: Sequence[str | Json] = (),
    minute: int = 0,
    facets: Mapping[str, Json] | None = None,
) -> ParsedEvent:
    """A run event. `job/run` names the run and, where it matters, its job; datasets are as `mention` reads them."""
    job, _, run = run.rpartition("/")
    body = {
        "eventType": state,
        "eventTime": moment(minute).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/RunEvent",
        "run": {"runId": str(run_id(run)), "facets": dict(facets or {})},
        "job": {"namespace": "jobs", "name": job or "job"},
        "inputs": [mention(item) if isinstance(item, str) else item for item in reads],
        "outputs": [mention(item) if isinstance(item, str) else item for item in writes],
    }
    return parse_event(orjson.dumps(body))


def saying(said: ParsedEvent, sql: str, dialect: str = "spark") -> ParsedEvent:
    """The event, its job running sql."""
    return replace(said, job_facets={**said.job_facets, "sql": facet(query=sql, dialect=dialect)})


def job(name: str) -> JobId:
    return JobId(namespace="jobs", name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    seq: int
    recorded_at: datetime
    actor: Actor = field(default=Actor(name="tester"))


class MemoryGraph:
    """A graph without a log: each event applied is one log entry, recorded a day after the last.

    It lies in memory, or where `graphs_in` says.
    """

    def __init__(self, *events: ParsedEvent) -> None:
        self._engine = _FREE.pop() if _FREE else _MAKERS[-1]()
        self.size = 0
        self.reader = GraphReader(reading=self.reading)
        self.apply(*events)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session

    def apply(self, *events: ParsedEvent) -> None:
        for each in events:
            with Session(self._engine) as session, session.begin():
                apply(session, [(each, self._next())])

    def apply_together(self, events: Sequence[ParsedEvent]) -> None:
        """As one group, which is one transaction."""
        with Session(self._engine) as session, session.begin():
            apply(session, [(each, self._next()) for each in events])

    def _next(self) -> Entry:
        self.size += 1
        return Entry(seq=self.size - 1, recorded_at=self.recorded_at(self.size - 1))

    def recorded_at(self, seq: int) -> datetime:
        return START_OF_TIME + timedelta(days=seq)

    def at(self, *, as_of: int | None = None, size: int | None = None) -> Instants:
        size = self.size if size is None else size
        return Instants(
            as_of=FOREVER if as_of is None else moment(as_of), known_at=self.recorded_at(size), log_size=size
        )

    def export(self) -> list[str]:
        with self.reading() as session:
            return list(export(session, self.at()))

    def empty(self) -> None:
        with Session(self._engine) as session, session.begin():
            clear(session)
        self.size = 0

    def close(self) -> None:
        """Hand the database on, empty: making one costs more than most tests."""
        self.empty()
        _FREE.append(self._engine)


def _in_memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    return engine


_MAKERS: list[Callable[[], Engine]] = [_in_memory]
_FREE: list[Engine] = []


@contextmanager
def graphs_in(make: Callable[[], Engine]) -> Iterator[None]:
    """New graphs lie in databases, with tables, that `make` gives; it may do so many times."""
    elsewhere = _FREE[:]
    _FREE.clear()
    _MAKERS.append(make)
    try:
        yield
    finally:
        _MAKERS.pop()
        for engine in _FREE:
            engine.dispose()
        _FREE[:] = elsewhere
