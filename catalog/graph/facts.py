"""Read facts that are not edges: versions, columns, supersessions, names that match a search."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from catalog.base import Words
from catalog.graph.asked import Asked
from catalog.graph.fold import version_order
from catalog.graph.orm import (
    ColumnRow,
    DatasetRow,
    FlowRow,
    JobRow,
    ParentRow,
    RunEventRow,
    RunRow,
    StatementRow,
    SupersessionRow,
    VersionRow,
)
from catalog.graph.project import Flow
from catalog.graph.records import Supersession, VersionRecord
from catalog.graph.stated.explicit import STATED
from catalog.graph.stated_fields import fields_of
from catalog.graph.visible import Names, column_node, dataset_node, job_node, run_node, version_node, visible
from catalog.identity.aliases import Aliases
from lineage.graph import Node
from lineage.names import DatasetId, DatasetVersion, JobId, RunId
from lineage.times import Instants


def versions_of(
    session: Session, dataset: DatasetId, at: Instants, same: Aliases
) -> tuple[VersionRecord, ...]:
    """The versions of dataset that any run read or wrote under any of its names, in their own order."""
    query = (
        select(func.coalesce(VersionRow.version, ""), FlowRow, RunRow.uuid, StatementRow.recorded_at)
        .join(FlowRow, FlowRow.version_id == VersionRow.id)
        .join(RunRow, RunRow.id == FlowRow.run_id)
        .join(StatementRow, StatementRow.seq == FlowRow.seq)
        .where(VersionRow.dataset_id.in_(same.find(dataset)))
        .where(VersionRow.version.is_not(None), visible(FlowRow, at))
    )
    found: dict[str, list[tuple[FlowRow, str, datetime]]] = {}
    for version, flow, uuid, known in session.execute(query):
        found.setdefault(version, []).append((flow, uuid, known))
    name = same.one(dataset)
    return tuple(
        VersionRecord(
            version=DatasetVersion(dataset=name, version=version),
            since=min(flow.event_time for flow, _, _ in found[version]),
            known_from=min(known for _, _, known in found[version]),
            written_by=_runs(found[version], Flow.OUT),
            read_by=_runs(found[version], Flow.IN),
        )
        for version in sorted(found, key=version_order)
    )


def datasets_of(session: Session, namespace: str, at: Instants, same: Aliases) -> tuple[DatasetId, ...]:
    """The datasets that were known under a name of namespace, by the names that speak for them."""
    known = select(DatasetRow.id).where(DatasetRow.namespace == namespace, DatasetRow.seq < at.log_size)
    return tuple(sorted(set(Names(session, at, same).datasets(session.scalars(known)).values())))


def _runs(stated: list[tuple[FlowRow, str, datetime]], direction: Flow) -> tuple[RunId, ...]:
    uuids = {uuid for flow, uuid, _ in stated if flow.direction == direction.value}
    return tuple(RunId(UUID(uuid)) for uuid in sorted(uuids))


def columns_of(
    session: Session, dataset: DatasetId, version: str | None, at: Instants, same: Aliases
) -> tuple[tuple[str, str], ...]:
    """(name, type) as last stated for dataset, or as stated for its version; empty when never stated."""
    return fields_of(Asked(session, at), same, dataset, same.find(dataset), version)


def supersessions(session: Session, at: Instants, same: Aliases) -> tuple[Supersession, ...]:
    query = (
        select(
            SupersessionRow,
            func.coalesce(VersionRow.version, ""),
            RunRow.uuid,
            StatementRow.recorded_at,
        )
        .join(VersionRow, VersionRow.id == SupersessionRow.version_id)
        .join(RunRow, RunRow.id == SupersessionRow.run_id)
        .join(StatementRow, StatementRow.seq == SupersessionRow.seq)
        .where(visible(SupersessionRow, at))
        .order_by(SupersessionRow.seq.desc(), SupersessionRow.id)
    )
    latest: dict[tuple[Any, ...], Supersession] = {}
    stated = session.execute(query).all()
    names = Names(session, at, same).datasets(row.dataset_id for row, *_ in stated)
    leads = same.versions.leads(row.version_id for row, *_ in stated)
    for row, version, uuid, recorded_at in stated:
        # Ordered so that of one fact's rows the first known, which is kept last, decides `known_from`.
        latest[row.run_id, leads[row.version_id], row.predicate, row.because] = Supersession(
            version=DatasetVersion(dataset=names[row.dataset_id], version=version),
            where=row.predicate,
            because=row.because,
            run=RunId(UUID(uuid)),
            since=row.event_time,
            known_from=recorded_at,
            entry=row.seq,
        )
    return tuple(sorted(latest.values(), key=lambda each: (each.entry, each.version, each.where)))


def search(session: Session, text: str, at: Instants, limit: int, same: Aliases) -> tuple[Node, ...]:
    """Datasets, versions, jobs, columns and runs whose name contains text; at most limit of each kind.

    What has several names is found by each of them, and called by the one that speaks for it.
    """
    needle = text.strip().lower()
    if "\0" in needle:
        return ()  # no name has it, and SQLite reads a pattern only up to it
    found = _searches(session, needle, at, limit, same)
    return tuple(dict.fromkeys(node for nodes in found for node in nodes))


def _searches(session: Session, needle: str, at: Instants, limit: int, same: Aliases) -> Iterator[list[Node]]:
    names = Names(session, at, same)
    name, marked, version = needle.rpartition("@")
    known = select(DatasetRow.id).where(DatasetRow.seq < at.log_size, _has(DatasetRow.name, needle))
    datasets = session.scalars(known.order_by(DatasetRow.name, DatasetRow.namespace).limit(limit)).all()
    called = names.datasets(datasets)
    yield [dataset_node(called[row], names.others(called[row])) for row in datasets]
    if marked:
        versions = (
            select(DatasetRow.id, VersionRow.version)
            .join(VersionRow, VersionRow.dataset_id == DatasetRow.id)
            .where(_has(DatasetRow.name, name), VersionRow.version == version, VersionRow.seq < at.log_size)
        )
        stated = session.execute(versions.order_by(DatasetRow.name, DatasetRow.namespace).limit(limit)).all()
        called = names.datasets(row for row, _ in stated)
        yield [version_node(called[row], number, names.others(called[row])) for row, number in stated]
    spoken = JobRow.namespace != STATED
    jobs = select(JobRow).where(JobRow.seq < at.log_size, spoken, _has(JobRow.name, needle))
    yield [
        job_node(JobId(namespace=row.namespace, name=row.name))
        for row in session.scalars(jobs.order_by(JobRow.name, JobRow.namespace).limit(limit))
    ]
    columns = (
        select(DatasetRow.id, ColumnRow.name)
        .join(ColumnRow, ColumnRow.dataset_id == DatasetRow.id)
        .where(ColumnRow.seq < at.log_size)
        .where(_has(DatasetRow.name + "." + ColumnRow.name, needle))
    )
    ordered = columns.order_by(DatasetRow.name, ColumnRow.name, DatasetRow.namespace)
    owned = session.execute(ordered.limit(limit)).all()
    called = names.datasets(row for row, _ in owned)
    yield [
        column_node(called[row], same.column_name(called[row], column), names.others(called[row]))
        for row, column in owned
    ]
    yield _runs_named(session, needle, at, limit)


def _runs_named(session: Session, needle: str, at: Instants, limit: int) -> list[Node]:
    """Runs that spoke, and those that others call their parents or the root of them."""
    by_name = RunRow.uuid.startswith(needle, autoescape=True) | _has(JobRow.name, needle)
    runs = (
        select(RunRow.uuid, func.min(JobRow.name))
        .join(RunEventRow, RunEventRow.run_id == RunRow.id)
        .join(JobRow, JobRow.id == RunEventRow.job_id)
        .where(RunRow.declared.is_(False), visible(RunEventRow, at), by_name)
        .group_by(RunRow.uuid)
        .order_by(func.max(RunEventRow.event_time).desc(), RunRow.uuid)
    )
    spoke = select(RunEventRow.seq).where(RunEventRow.run_id == RunRow.id, visible(RunEventRow, at))
    above = (
        select(RunRow.uuid, func.min(JobRow.name))
        .join(ParentRow, ParentRow.parent_id == RunRow.id)
        .join(JobRow, JobRow.id == ParentRow.parent_job_id)
        .where(visible(ParentRow, at), by_name, not_(spoke.correlate(RunRow).exists()))
        .group_by(RunRow.uuid)
        .order_by(func.max(ParentRow.event_time).desc(), RunRow.uuid)
    )
    found = [pair for query in (runs, above) for pair in session.execute(query.limit(limit))]
    return [run_node(uuid, job) for uuid, job in found[:limit]]


def _has(column: Any, needle: str) -> Any:
    return func.lower(column, type_=Words).contains(needle, autoescape=True)
