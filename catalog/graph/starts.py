"""From what a question names to the keys where its walk begins, on each level."""

from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.graph.columns import COLUMN
from catalog.graph.folded.orm import JobFlowRow
from catalog.graph.orm import (
    ColumnRow,
    DatasetRow,
    FlowRow,
    JobRow,
    RunColumnsRow,
    RunEventRow,
    RunRow,
    VersionRow,
)
from catalog.graph.project import Flow
from catalog.graph.tables import DATASET, JOB
from catalog.graph.versions import RUN, VERSION
from catalog.graph.visible import visible
from catalog.graph.walk import Key
from lineage.errors import NotFound
from lineage.graph import Level
from lineage.names import ColumnId, DatasetId, DatasetVersion, JobId
from lineage.times import Instants, render_moment

#: What a walk may start from; a run by its id.
Start: TypeAlias = DatasetId | DatasetVersion | ColumnId | JobId | UUID


def start_keys(session: Session, start: Start, level: Level, at: Instants) -> tuple[Key, ...]:
    """Where a walk from start begins. Raises NotFound when the graph does not know start at those times."""
    keys = {Level.TABLE: _tables, Level.VERSION: _versions, Level.COLUMN: _columns}[level](session, start, at)
    if not keys:
        name = f"run {start}" if isinstance(start, UUID) else str(start)
        raise NotFound(
            f"the record knows nothing of {name} at the level of {level.value}s "
            f"as of {render_moment(at.as_of)}, known at {render_moment(at.known_at)}",
            next_move="look for it under another name, level or time",
        )
    return keys


def _tables(session: Session, start: Start, at: Instants) -> tuple[Key, ...]:
    match start:
        case JobId():
            named = _keys(session, JOB, _jobs_named(start).where(visible(RunEventRow, at)))
            return named or _keys(session, JOB, _jobs_spoken_of(start).where(visible(JobFlowRow, at)))
        case UUID():
            query = select(RunEventRow.job_id).join(RunRow, RunRow.id == RunEventRow.run_id)
            return _keys(session, JOB, query.where(RunRow.uuid == str(start), visible(RunEventRow, at)))
        case DatasetVersion() | ColumnId():
            return _tables(session, start.dataset, at)
        case DatasetId():
            query = select(DatasetRow.id).where(_is(start), DatasetRow.seq < at.log_size)
            return _keys(session, DATASET, query)


def _versions(session: Session, start: Start, at: Instants) -> tuple[Key, ...]:
    flows = (
        select(FlowRow.version_id)
        .join(VersionRow, VersionRow.id == FlowRow.version_id)
        .join(DatasetRow, DatasetRow.id == FlowRow.dataset_id)
        .where(visible(FlowRow, at))
    )
    match start:
        case UUID():
            query = select(RunRow.id).join(RunEventRow, RunEventRow.run_id == RunRow.id)
            return _keys(session, RUN, query.where(RunRow.uuid == str(start), visible(RunEventRow, at)))
        case JobId():
            runs = select(RunEventRow.run_id).join(JobRow, JobRow.id == RunEventRow.job_id)
            named = runs.where(JobRow.namespace == start.namespace, JobRow.name == start.name)
            return _keys(session, RUN, named.where(visible(RunEventRow, at)))
        case DatasetVersion():
            # A version that only a later one stands on is in the graph too.
            known = select(VersionRow.id).join(DatasetRow, DatasetRow.id == VersionRow.dataset_id)
            here = known.where(VersionRow.version == start.version, VersionRow.seq < at.log_size)
            return _keys(session, VERSION, here.where(_is(start.dataset)))
        case ColumnId():
            return _versions(session, start.dataset, at)
        case DatasetId():
            return _keys(session, VERSION, flows.where(_is(start)))


def _columns(session: Session, start: Start, at: Instants) -> tuple[Key, ...]:
    query = select(ColumnRow.id).join(DatasetRow, DatasetRow.id == ColumnRow.dataset_id)
    known = query.where(ColumnRow.seq < at.log_size)
    match start:
        case ColumnId():
            return _keys(session, COLUMN, known.where(_is(start.dataset), ColumnRow.name == start.column))
        case DatasetVersion():
            return _columns(session, start.dataset, at)
        case DatasetId():
            return _keys(session, COLUMN, known.where(_is(start)))
        case JobId():
            written = (
                select(FlowRow.dataset_id)
                .join(JobRow, JobRow.id == FlowRow.job_id)
                .where(JobRow.namespace == start.namespace, JobRow.name == start.name)
                .where(FlowRow.direction == Flow.OUT.value, visible(FlowRow, at))
            )
            return _keys(session, COLUMN, known.where(ColumnRow.dataset_id.in_(written)))
        case UUID():
            stated = (
                select(RunColumnsRow.dataset_id)
                .join(RunRow, RunRow.id == RunColumnsRow.run_id)
                .where(RunRow.uuid == str(start), visible(RunColumnsRow, at))
            )
            return _keys(session, COLUMN, known.where(ColumnRow.dataset_id.in_(stated)))


def _jobs_named(job: JobId) -> Select[Any]:
    query = select(JobRow.id).join(RunEventRow, RunEventRow.job_id == JobRow.id)
    return query.where(JobRow.namespace == job.namespace, JobRow.name == job.name)


def _jobs_spoken_of(job: JobId) -> Select[Any]:
    """A job that never spoke itself, but of whose reads or writes another job's event tells."""
    query = select(JobRow.id).join(JobFlowRow, JobFlowRow.job_id == JobRow.id)
    return query.where(JobRow.namespace == job.namespace, JobRow.name == job.name)


def _is(dataset: DatasetId) -> Any:
    return (DatasetRow.namespace == dataset.namespace) & (DatasetRow.name == dataset.name)


def _keys(session: Session, kind: str, query: Select[Any]) -> tuple[Key, ...]:
    numbers: Sequence[int] = session.scalars(query.distinct()).all()
    return tuple((kind, number) for number in sorted(numbers))
