"""From what a question names to the keys where its walk begins, on each level."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from catalog.base import Words
from catalog.graph.columns import COLUMN
from catalog.graph.orm import (
    ColumnRow,
    FlowRow,
    JobRow,
    ParentRow,
    RunColumnsRow,
    RunEventRow,
    RunRow,
    VersionRow,
)
from catalog.graph.project import Flow
from catalog.graph.stated.orm import HandRow
from catalog.graph.tables import DATASET, JOB
from catalog.graph.versions import RUN, VERSION
from catalog.graph.visible import visible
from catalog.graph.walk import Key
from catalog.identity.aliases import Aliases
from lineage.errors import NotFound
from lineage.graph import Level
from lineage.names import ColumnId, DatasetId, DatasetVersion, JobId
from lineage.times import Instants, render_moment

#: What a walk may start from; a run by its id.
Start: TypeAlias = DatasetId | DatasetVersion | ColumnId | JobId | UUID


def start_keys(session: Session, start: Start, level: Level, at: Instants, same: Aliases) -> tuple[Key, ...]:
    """Where a walk from start begins. Raises NotFound when the graph does not know start at those times.

    A dataset may be named as it likes: by any of its names, in any spelling.
    """
    begin = _Beginning(session, at, same)
    keys = {Level.TABLE: begin.tables, Level.VERSION: begin.versions, Level.COLUMN: begin.columns}[level](
        start
    )
    if not keys:
        name = f"run {start}" if isinstance(start, UUID) else str(start)
        raise NotFound(
            f"the record knows nothing of {name} at the level of {level.value}s "
            f"as of {render_moment(at.as_of)}, known at {render_moment(at.known_at)}",
            next_move="look for it under another name, level or time",
        )
    return keys


#: Rows that tell of a run and of its job: what it says itself, what others say it did or handed over, or that it is
#: above them.
_SAID: tuple[tuple[Any, Any, Any], ...] = (
    (RunEventRow, RunEventRow.run_id, RunEventRow.job_id),
    (FlowRow, FlowRow.run_id, FlowRow.job_id),
    (HandRow, HandRow.source_run_id, HandRow.source_job_id),
    (HandRow, HandRow.target_run_id, HandRow.target_job_id),
    (ParentRow, ParentRow.parent_id, ParentRow.parent_job_id),
)


class _Beginning:
    """The keys of whatever a question names, at two times."""

    def __init__(self, session: Session, at: Instants, same: Aliases) -> None:
        self._session = session
        self._at = at
        self._same = same

    def tables(self, start: Start) -> tuple[Key, ...]:
        match start:
            case JobId():
                return self._first(JOB, self._said_of_job(start, jobs=True))
            case UUID():
                return self._first(JOB, self._said_of(start, jobs=True))
            case DatasetVersion() | ColumnId():
                return self.tables(start.dataset)
            case DatasetId():
                return _made(DATASET, self._same.datasets.leads(self._same.find(start)))

    def versions(self, start: Start) -> tuple[Key, ...]:
        match start:
            case UUID():
                return self._first(RUN, self._said_of(start, jobs=False))
            case JobId():
                # All that is said of it: one run of it speaks for itself, another only as it is spoken of.
                ways = self._said_of_job(start, jobs=False)
                return tuple(sorted({key for way in ways for key in self._keys(RUN, way)}))
            case DatasetVersion():
                # A version that only a later one stands on is in the graph too.
                known = select(VersionRow.id).where(VersionRow.dataset_id.in_(self._same.find(start.dataset)))
                return self._versions(
                    known.where(VersionRow.version == start.version, VersionRow.seq < self._at.log_size)
                )
            case ColumnId():
                return self.versions(start.dataset)
            case DatasetId():
                flows = select(FlowRow.version_id).where(visible(FlowRow, self._at))
                return self._versions(flows.where(FlowRow.dataset_id.in_(self._same.find(start))))

    def columns(self, start: Start) -> tuple[Key, ...]:
        match start:
            case ColumnId():
                owner = self._same.one(start.dataset)
                name = self._same.column_name(owner, start.column)
                owned = self._owned(start.dataset)
                # Any spelling may stand in the rows, but its one form is that of the name that speaks.
                alike = owned.where(
                    func.lower(ColumnRow.name, type_=Words) == name.lower()
                ).with_only_columns(ColumnRow.id, ColumnRow.name)
                found = self._session.execute(alike)
                return self._columns(
                    row for row, each in found if self._same.column_name(owner, each) == name
                )
            case DatasetVersion():
                return self.columns(start.dataset)
            case DatasetId():
                return self._columns(self._session.scalars(self._owned(start)))
            case JobId() | UUID():
                written = set(self._session.scalars(self._written(start)))
                known = select(ColumnRow.id).where(
                    ColumnRow.seq < self._at.log_size,
                    ColumnRow.dataset_id.in_(self._same.datasets.together(written)),
                )
                return self._columns(self._session.scalars(known))

    def _owned(self, dataset: DatasetId) -> Select[int]:
        query = select(ColumnRow.id).where(ColumnRow.seq < self._at.log_size)
        return query.where(ColumnRow.dataset_id.in_(self._same.find(dataset)))

    def _written(self, start: JobId | UUID) -> Select[int]:
        """What a job wrote, or what a run stated column lineage for."""
        if isinstance(start, UUID):
            stated = select(RunColumnsRow.dataset_id).join(RunRow, RunRow.id == RunColumnsRow.run_id)
            return stated.where(RunRow.uuid == str(start), visible(RunColumnsRow, self._at))
        return (
            select(FlowRow.dataset_id)
            .join(JobRow, JobRow.id == FlowRow.job_id)
            .where(JobRow.namespace == start.namespace, JobRow.name == start.name)
            .where(FlowRow.direction == Flow.OUT.value, visible(FlowRow, self._at))
        )

    def _versions(self, query: Select[int]) -> tuple[Key, ...]:
        return _made(VERSION, self._same.versions.leads(self._session.scalars(query.distinct())))

    def _columns(self, rows: Iterable[int]) -> tuple[Key, ...]:
        return _made(COLUMN, self._same.columns.leads(rows))

    def _said_of(self, run: UUID, *, jobs: bool) -> Iterator[Select[Any]]:
        """The run's number, or its job's."""
        for row, number, job in _SAID:
            query = select(job if jobs else number).join(RunRow, RunRow.id == number)
            yield query.where(RunRow.uuid == str(run), visible(row, self._at))

    def _said_of_job(self, named: JobId, *, jobs: bool) -> Iterator[Select[Any]]:
        """The job's number, or those of its runs."""
        named_so = and_(JobRow.namespace == named.namespace, JobRow.name == named.name)
        for row, number, job in _SAID:
            query = select(job if jobs else number).join(JobRow, JobRow.id == job)
            query = query.where(named_so, visible(row, self._at))
            if jobs:
                query = query.limit(1)
            elif row is not RunEventRow:  # what stands for a run that nobody named is none
                query = query.join(RunRow, RunRow.id == number).where(RunRow.declared.is_(False))
            yield query

    def _first(self, kind: str, ways: Iterable[Select[Any]]) -> tuple[Key, ...]:
        """What the first of ways finds that finds anything."""
        return next((found for way in ways if (found := self._keys(kind, way))), ())

    def _keys(self, kind: str, query: Select[Any]) -> tuple[Key, ...]:
        numbers: Sequence[int] = self._session.scalars(query.distinct()).all()
        return tuple((kind, number) for number in sorted(numbers))


def _made(kind: str, leads: Mapping[int, int]) -> tuple[Key, ...]:
    return tuple((kind, number) for number in sorted(set(leads.values())))
