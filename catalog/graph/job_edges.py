"""What jobs read and wrote at one moment: the edges that were live.

A job's edges are what its last completed run read and wrote, and what later runs do. Files and reports come
once and are never missed: a job that reads the next file has not stopped reading the one before. A service
reads what it is asked about, so that what one of its runs does not read says nothing of the others: all stays.

However many runs a job has, only its last completed one, what came after it, and the folded rows are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Label,
    ScalarSelect,
    Select,
    and_,
    except_,
    func,
    select,
    true,
)

from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.folded.orm import JobFlowRow
from catalog.graph.orm import DatasetRow, FlowRow, JobRow, RunEventRow, StatementRow
from catalog.graph.project import Flow
from catalog.identity.aliases import Aliases
from lineage.names import LANDING, REPORTS

#: Namespaces of what comes once and is never missed.
COME_ONCE = frozenset({LANDING, REPORTS})
_FLOWS = {flow.value: flow for flow in Flow}

#: Job, dataset, direction: what makes an edge.
_Ends: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class JobEdge:
    """A job reads or writes a dataset at the moment asked about; `since`: it first did."""

    job: int
    dataset: int
    direction: Flow
    since: datetime
    known_from: datetime


def live_edges(asked: Asked, jobs: Iterable[int], same: Aliases) -> Iterator[JobEdge]:
    """The live edges of each of jobs, in the order of their row numbers; one for each thing, whatever its names."""
    wanted = list(jobs)
    ever = asked.rows(_EVER, wanted)
    lead = same.datasets.leads(dataset for _, dataset, *_ in ever)
    live = _live(asked, wanted, lead, [row[:3] for row in ever])
    edges: dict[_Ends, JobEdge] = {}
    for job, dataset, direction, since, known in ever:
        ends = (job, lead[dataset], direction)
        if ends in live:
            edge = JobEdge(job, ends[1], _FLOWS[direction], since, known)
            edges[ends] = _both(edges[ends], edge) if ends in edges else edge
    return iter(edges.values())


def live_ends(asked: Asked, jobs: Iterable[int], same: Aliases) -> dict[int, list[tuple[int, Flow]]]:
    """The datasets that each of jobs reads and writes by its live edges, in their order: since when is not asked."""
    wanted = list(jobs)
    ever = asked.rows(_EVER_BARE, wanted)
    lead = same.datasets.leads(dataset for _, dataset, _ in ever)
    found: dict[int, list[tuple[int, Flow]]] = {job: [] for job in wanted}
    for job, dataset, direction in _live(asked, wanted, lead, ever):
        found[job].append((dataset, _FLOWS[direction]))
    return found


def _live(
    asked: Asked, jobs: list[int], lead: Mapping[int, int], ever: list[tuple[Any, ...]]
) -> dict[_Ends, None]:
    """What of all that jobs have ever read and written is live, in its order; by the datasets that lead."""
    gone = set(asked.rows(_GONE, jobs))
    if not gone:
        return {(job, lead[dataset], way): None for job, dataset, way in ever}
    live = {(job, lead[dataset], way) for job, dataset, way in ever if (job, dataset, way) not in gone}
    return {ends: None for ends in ((job, lead[number], way) for job, number, way in ever) if ends in live}


def _both(one: JobEdge, other: JobEdge) -> JobEdge:
    since, known = min(one.since, other.since), min(one.known_from, other.known_from)
    return JobEdge(one.job, one.dataset, one.direction, since, known)


@dataclass(frozen=True, slots=True)
class Last:
    """A job's last completed runs, several if they ended at one moment, and when that was."""

    runs: frozenset[int]
    end: datetime


def last_runs(asked: Asked, jobs: Iterable[int]) -> dict[int, Last]:
    """What `live_edges` goes by: services, and jobs that completed no run with edges, are not in it."""
    found: dict[int, Last] = {}
    services: set[int] = set()
    for job, run, service, end in asked.rows(_LAST_RUNS, jobs):
        before = found.get(job, Last(frozenset(), end))
        found[job] = Last(before.runs | {run}, end)
        services.update([job] if service else ())
    return {job: last for job, last in found.items() if job not in services}


def jobs_at(asked: Asked, datasets: Iterable[int], direction: Flow | None) -> set[int]:
    """The jobs that ever read, wrote, or did either with one of datasets."""
    return {job for (job,) in asked.rows(_JOBS_AT[direction], datasets)}


_job, _run, _flow = table_of(JobRow), table_of(RunEventRow), table_of(FlowRow)
_folded, _dataset, _statement = table_of(JobFlowRow), table_of(DatasetRow), table_of(StatementRow)


def _in_run(flow: FromClause, run: ColumnElement[int], job: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a job's flow is of a run. By the run's index, whatever else the job's runs did."""
    return and_(flow.c.run_id == run, flow.c.job_id + 0 == job)


def _end() -> ScalarSelect[Any]:
    """When the job at hand last completed a run that read or wrote anything."""
    ended, flow = _run.alias("ended"), _flow.alias("moved")
    moved = select(flow.c.id).where(_in_run(flow, ended.c.run_id, ended.c.job_id), seen(flow))
    query = select(ended.c.event_time).where(
        ended.c.job_id == _job.c.id, ended.c.completes, seen(ended), moved.exists()
    )
    return query.order_by(ended.c.event_time.desc()).limit(1).correlate(_job).scalar_subquery()


def _service() -> Label[bool]:
    """Whether the last event that says what kind of job the job at hand is calls it a service."""
    said = _run.alias("said")
    query = select(said.c.service).where(said.c.job_id == _job.c.id, said.c.service.is_not(None), seen(said))
    last = query.order_by(said.c.event_time.desc(), said.c.service.desc()).limit(1)
    return last.correlate(_job).scalar_subquery().label("service")


_LAST_RUNS = (
    select(_job.c.id, _run.c.run_id, _service(), _run.c.event_time)
    .select_from(_job)
    .join(
        _run,
        and_(_run.c.job_id == _job.c.id, _run.c.completes, _run.c.event_time == _end(), seen(_run)),
    )
    .where(among(_job.c.id))
    .distinct()
)

#: The runs that read or wrote anything after the last completed one.
LATER_RUNS = (
    select(_flow.c.run_id)
    .select_from(_job)
    .join(_flow, and_(_flow.c.job_id == _job.c.id, _flow.c.event_time > _end(), seen(_flow)))
    .where(among(_job.c.id))
    .distinct()
)

#: Whatever the jobs have read or written: since when, known from when.
_EVER = (
    select(
        _folded.c.job_id,
        _folded.c.dataset_id,
        _folded.c.direction,
        func.min(_folded.c.event_time),
        func.min(_statement.c.recorded_at),
    )
    .join(_statement, _statement.c.seq == _folded.c.seq)
    .where(among(_folded.c.job_id), seen(_folded))
    .group_by(_folded.c.job_id, _folded.c.dataset_id, _folded.c.direction)
    .order_by(_folded.c.job_id, _folded.c.dataset_id, _folded.c.direction)
)

#: The same, without the times.
_EVER_BARE = (
    select(_folded.c.job_id, _folded.c.dataset_id, _folded.c.direction)
    .where(among(_folded.c.job_id), seen(_folded))
    .order_by(_folded.c.job_id, _folded.c.dataset_id, _folded.c.direction)
)


def _gone() -> Select[Any]:
    """Of that, what neither the last completed run read or wrote, nor any later; nothing of services."""
    jobs = select(_job.c.id, _end().label("end"), _service()).where(among(_job.c.id)).cte("jobs")
    jobs = jobs.prefix_with("MATERIALIZED")
    last = and_(_run.c.job_id == jobs.c.id, _run.c.completes, _run.c.event_time == jobs.c.end, seen(_run))
    later = and_(_flow.c.job_id == jobs.c.id, _flow.c.event_time > jobs.c.end, seen(_flow))
    done = jobs.c.id, _flow.c.dataset_id, _flow.c.direction
    gone = except_(
        select(_folded.c.job_id, _folded.c.dataset_id, _folded.c.direction)
        .select_from(jobs)
        .join(_folded, and_(_folded.c.job_id == jobs.c.id, seen(_folded)))
        .where(jobs.c.end.is_not(None), jobs.c.service.is_not(true())),
        select(*done)
        .select_from(jobs)
        .join(_run, last)
        .join(_flow, and_(_in_run(_flow, _run.c.run_id, jobs.c.id), seen(_flow))),
        select(*done).select_from(jobs).join(_flow, later),
    ).subquery("gone")
    return (
        select(gone)
        .join(_dataset, _dataset.c.id == gone.c.dataset_id)
        .where(_dataset.c.namespace.not_in(COME_ONCE))
    )


_GONE = _gone()

_TOUCHED = select(_folded.c.job_id).where(among(_folded.c.dataset_id), seen(_folded)).distinct()
_JOBS_AT = {
    None: _TOUCHED,
    Flow.IN: _TOUCHED.where(_folded.c.direction == Flow.IN.value),
    Flow.OUT: _TOUCHED.where(_folded.c.direction == Flow.OUT.value),
}
