"""Read runs: which, and what all their visible events together tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.fold import RunEvent, fold
from catalog.graph.orm import FlowRow, JobRow, ParentRow, RunEventRow, RunRow, VersionRow
from catalog.graph.project import Flow
from catalog.graph.records import RunRecord
from catalog.graph.visible import visible
from catalog.identity.aliases import Aliases
from lineage.names import DatasetVersion, JobId, RunId
from lineage.times import Instants


def records(
    session: Session, runs: Iterable[int], at: Instants, same: Aliases | None = None
) -> tuple[RunRecord, ...]:
    """The runs with these row numbers that are visible, latest event first.

    Their datasets are called by the names that speak for them; `same`: the aliases at these times, if at hand.
    """
    events: dict[str, list[RunEvent]] = defaultdict(list)
    for uuid, namespace, name, *told in Asked(session, at).rows(_EVENTS, runs):
        events[uuid].append(_event(JobId(namespace=namespace, name=name), *told))
    newest = sorted(events, key=lambda uuid: (max(event.event_time for event in events[uuid]), uuid))
    called = (same or Aliases(session, at)).called
    return tuple(fold(RunId(UUID(uuid)), events[uuid], called) for uuid in reversed(newest))


def run_numbers(session: Session, job: JobId | None, at: Instants) -> Sequence[int]:
    """The runs of a job, or all runs."""
    query = select(RunEventRow.run_id).where(visible(RunEventRow, at)).distinct()
    if job is not None:
        named = (JobRow.namespace == job.namespace) & (JobRow.name == job.name)
        query = query.join(JobRow, JobRow.id == RunEventRow.job_id).where(named)
    return session.scalars(query).all()


def run_number(session: Session, run: UUID) -> Sequence[int]:
    return session.scalars(select(RunRow.id).where(RunRow.uuid == str(run))).all()


def runs_at(session: Session, version: DatasetVersion, direction: Flow, at: Instants) -> Sequence[int]:
    """The runs that read or wrote a version of a dataset, under any of its names."""
    query = (
        select(FlowRow.run_id)
        .join(VersionRow, VersionRow.id == FlowRow.version_id)
        .where(
            VersionRow.dataset_id.in_(Aliases(session, at).find(version.dataset)),
            VersionRow.version == version.version,
            FlowRow.direction == direction.value,
            visible(FlowRow, at),
        )
    )
    return session.scalars(query.distinct()).all()


def children_of(session: Session, run: UUID, at: Instants) -> Sequence[int]:
    parent = select(RunRow.id).where(RunRow.uuid == str(run)).scalar_subquery()
    query: Select[int] = select(ParentRow.run_id).where(
        ParentRow.parent_id == parent, ParentRow.root.is_(False)
    )
    return session.scalars(query.where(visible(ParentRow, at)).distinct()).all()


def _event(job: JobId, seq: int, event_type: str, event_time: datetime, actor: str, content: str) -> RunEvent:
    return RunEvent(
        seq=seq, event_type=event_type, event_time=event_time, job=job, actor=actor, content=content
    )


_run, _said, _job = map(table_of, (RunRow, RunEventRow, JobRow))
_EVENTS = (
    select(
        *(_run.c.uuid, _job.c.namespace, _job.c.name),
        *(_said.c.seq, _said.c.event_type, _said.c.event_time, _said.c.actor, _said.c.content),
    )
    .join(_said, _said.c.run_id == _run.c.id)
    .join(_job, _job.c.id == _said.c.job_id)
    .where(_run.c.declared.is_(False), seen(_said), among(_run.c.id))
)
