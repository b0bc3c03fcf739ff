"""Write an event's facts into the graph, in the transaction that logs the event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from catalog.base import Base
from catalog.graph import orm
from catalog.graph.identities import Identities, Version
from catalog.graph.project import Facts, Flow, Occasion, compact, number_of, project
from catalog.identity.joining import join
from catalog.identity.rules import rules_at
from lineage.actors import Actor
from lineage.canonical import sha256
from lineage.names import DatasetId
from lineage.openlineage import ParsedEvent

Row: TypeAlias = Mapping[str, Any]


class Recorded(Protocol):
    """What the graph needs of a log entry."""

    @property
    def seq(self) -> int: ...

    @property
    def recorded_at(self) -> datetime: ...

    @property
    def actor(self) -> Actor: ...


def apply(session: Session, event: ParsedEvent, entry: Recorded) -> None:
    """Write what event states, as known from entry on. Stating it again changes nothing."""
    facts = project(event, rules_at(session, entry.seq))
    names = Identities(session, entry.seq)
    writer = _Writer(session, entry, facts.event_time, names)
    writer.enter()
    _need_names(names, facts)
    writer.schemas(facts)
    writer.symlinks(facts)
    links = ((names.datasets[link.dataset], names.datasets[link.other]) for link in facts.symlinks)
    join(session, [(entry.seq, one, other) for one, other in links])
    if facts.occasion is not None:
        run_id = names.run(facts.occasion.run, declared=facts.occasion.declared)
        job_id = names.job(facts.occasion.job)
        writer.run_event(facts.occasion, run_id, job_id)
        writer.flows(facts, run_id, job_id)
        writer.columns(facts, run_id, job_id)
        writer.about_run(facts, run_id)


def clear(session: Session) -> None:
    """Empty every table of the graph; the log can fill them again."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name.startswith("graph_"):
            session.execute(delete(table))


class _Writer:
    """Writes the facts of one entry. A fact already known at that time or earlier is not written again."""

    def __init__(self, session: Session, entry: Recorded, event_time: datetime, names: Identities) -> None:
        self._session = session
        self._entry = entry
        self._event_time = event_time
        self._times: Row = {"seq": entry.seq, "event_time": event_time}
        self._names = names

    def enter(self) -> None:
        row = {"recorded_at": self._entry.recorded_at, **self._times}
        self._session.execute(insert(orm.StatementRow), [row])

    def run_event(self, occasion: Occasion, run_id: int, job_id: int) -> None:
        row = {
            "run_id": run_id,
            "job_id": job_id,
            "event_type": occasion.event_type,
            "actor": str(self._entry.actor),
            "content": occasion.content,
        }
        self._session.execute(insert(orm.RunEventRow), [{**row, **self._times}])

    def schemas(self, facts: Facts) -> None:
        rows = []
        for fact in facts.schemas:
            body = compact(fact.fields)
            digest = sha256(body.encode())
            if self._session.get(orm.FieldsRow, digest) is None:
                self._session.add(orm.FieldsRow(digest=digest, body=body))
                self._session.flush()
            dataset, version = self._ids(fact.dataset, fact.version)
            rows.append({"dataset_id": dataset, "version_id": version, "digest": digest})
        row = orm.SchemaRow
        versioned = {
            self._names.versions[f.dataset, f.version] for f in facts.schemas if f.version is not None
        }
        keyed = [each for each in rows if each["version_id"] in versioned]
        self._state(row, row.version_id.in_(sorted(versioned)), (row.version_id, row.digest), keyed)
        loose = [{**each, **self._times} for each in rows if each["version_id"] not in versioned]
        scope = row.version_id.in_(sorted({each["version_id"] for each in loose}))
        self._state(row, scope, (row.version_id, row.digest, row.event_time), loose)

    def symlinks(self, facts: Facts) -> None:
        rows = [
            {
                "dataset_id": self._names.datasets[fact.dataset],
                "namespace": fact.other.namespace,
                "name": fact.other.name,
                "kind": fact.kind,
            }
            for fact in facts.symlinks
        ]
        row = orm.SymlinkRow
        scope = row.dataset_id.in_(sorted({each["dataset_id"] for each in rows}))
        self._state(row, scope, (row.dataset_id, row.namespace, row.name, row.kind), rows)

    def flows(self, facts: Facts, run_id: int, job_id: int) -> None:
        rows = []
        for fact in facts.flows:
            dataset, version = self._ids(fact.dataset, fact.version)
            number = number_of(fact.dataset, fact.version)
            carries = fact.direction is Flow.OUT and number is not None and number > 0
            previous = self._names.versions[fact.dataset, str(number - 1)] if carries and number else None
            rows.append(
                {
                    "run_id": run_id,
                    "job_id": job_id,
                    "dataset_id": dataset,
                    "version_id": version,
                    "previous_id": previous,
                    "direction": fact.direction.value,
                    "alone": fact.alone,
                }
            )
        row = orm.FlowRow
        keys = (row.version_id, row.direction, row.alone, row.job_id)
        self._state(row, row.run_id == run_id, keys, rows)

    def columns(self, facts: Facts, run_id: int, job_id: int) -> None:
        rows = []
        for fact in facts.columns:
            set_id = self._session.scalar(
                select(orm.ColumnSetRow.id).where(orm.ColumnSetRow.digest == fact.digest)
            )
            if set_id is None:
                set_id = self._new_set(fact.digest)
                columns = self._names.columns
                edges = [
                    {
                        "set_id": set_id,
                        "source_id": columns[edge.source, edge.column],
                        "target_id": columns[fact.dataset, edge.target] if edge.target is not None else None,
                        "transformation": edge.transformation,
                    }
                    for edge in fact.edges
                ]
                members = [
                    {"set_id": set_id, "column_id": columns[fact.dataset, name]} for name in fact.members
                ]
                self._insert(orm.ColumnEdgeRow, edges)
                self._insert(orm.ColumnMemberRow, members)
            dataset, version = self._ids(fact.dataset, fact.version)
            ids = {"run_id": run_id, "job_id": job_id, "dataset_id": dataset}
            rows.append({**ids, "version_id": version, "set_id": set_id})
        row = orm.RunColumnsRow
        self._state(row, row.run_id == run_id, (row.version_id, row.set_id, row.job_id), rows)

    def about_run(self, facts: Facts, run_id: int) -> None:
        """Parent, supersessions and findings of the run."""
        parents, replaced = orm.ParentRow, orm.SupersessionRow
        if facts.parent is not None:
            parent = {
                "run_id": run_id,
                "parent_id": self._names.run(facts.parent.id),
                "parent_job_id": self._names.job(facts.parent.job),
            }
            keys = (parents.parent_id, parents.parent_job_id)
            self._state(parents, parents.run_id == run_id, keys, [parent])
        rows: list[Row] = []
        for fact in facts.supersessions:
            dataset, version = self._ids(fact.dataset, fact.version)
            ids = {"run_id": run_id, "dataset_id": dataset, "version_id": version}
            rows.append({**ids, "predicate": fact.where, "because": fact.because})
        self._state(
            replaced,
            replaced.run_id == run_id,
            (replaced.version_id, replaced.predicate, replaced.because),
            rows,
        )
        found = [{"run_id": run_id, "digest": sha256(body.encode()), "body": body} for body in facts.findings]
        self._state(orm.FindingRow, orm.FindingRow.run_id == run_id, (orm.FindingRow.digest,), found)

    def _ids(self, dataset: DatasetId, version: str | None) -> tuple[int, int]:
        return self._names.datasets[dataset], self._names.versions[dataset, version]

    def _new_set(self, digest: str) -> int:
        row = orm.ColumnSetRow(digest=digest)
        self._session.add(row)
        self._session.flush()
        return row.id

    def _state(
        self,
        table: Any,
        scope: ColumnElement[bool],
        keys: Sequence[InstrumentedAttribute[Any]],
        rows: Iterable[Row],
    ) -> None:
        """Insert rows that within scope are not known for this time or an earlier one."""
        wanted = {tuple(row[key.key] for key in keys): row for row in rows}
        if not wanted:
            return
        known: dict[tuple[Any, ...], datetime] = {}
        for row in self._session.execute(select(*keys, table.event_time).where(scope)):
            key, event_time = tuple(row[:-1]), row[-1]
            known[key] = min(event_time, known.get(key, event_time))
        now = self._event_time
        new = [{**row, **self._times} for key, row in wanted.items() if key not in known or now < known[key]]
        self._insert(table, new)

    def _insert(self, table: Any, rows: Sequence[Row]) -> None:
        if rows:
            self._session.execute(insert(table), [dict(row) for row in rows])


def _need_names(names: Identities, facts: Facts) -> None:
    stated: list[Version] = [(fact.dataset, fact.version) for fact in facts.flows]
    stated += [(fact.dataset, fact.version) for fact in facts.schemas]
    stated += [(fact.dataset, fact.version) for fact in facts.columns]
    stated += [(fact.dataset, fact.version) for fact in facts.supersessions]
    numbered = [(dataset, number_of(dataset, version)) for dataset, version in stated]
    versions = dict.fromkeys([*stated, *((dataset, str(n - 1)) for dataset, n in numbered if n)])
    sources = {edge.source: None for fact in facts.columns for edge in fact.edges}
    names.need_datasets([*facts.datasets, *(dataset for dataset, _ in versions), *sources])
    names.need_versions(versions)
    columns: dict[tuple[DatasetId, str], None] = {}
    for lineage in facts.columns:
        columns.update(((lineage.dataset, member), None) for member in lineage.members)
        columns.update(((edge.source, edge.column), None) for edge in lineage.edges)
    names.need_columns(columns)
