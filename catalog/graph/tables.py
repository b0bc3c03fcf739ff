"""The level of tables: datasets and the jobs between them, as they were at one moment.

A job's edges are what its last completed run read and wrote, and what later runs do. Files and reports come
once and are never missed: a job that reads the next file has not stopped reading the one before. A service
reads what it is asked about, so that what one of its runs does not read says nothing of the others: all stays.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from catalog.graph.identities import batches
from catalog.graph.orm import DatasetRow, FlowRow, RunEventRow, StatementRow
from catalog.graph.project import DECLARED, Flow
from catalog.graph.visible import Names, dataset_node, job_node, rows_in, visible
from catalog.graph.walk import Key, Link
from lineage.certainty import Certainty
from lineage.graph import Direction, Node
from lineage.names import LANDING, REPORTS
from lineage.times import Instants

DATASET = "dataset"
JOB = "job"
_COME_ONCE = (LANDING, REPORTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEdge:
    """A job reads or writes a dataset at the moment asked about; `since`: it first did."""

    job: int
    dataset: int
    direction: Flow
    since: datetime
    known_from: datetime


class TableLevel:
    """Keys are ("dataset", row) and ("job", row)."""

    def __init__(self, session: Session, at: Instants) -> None:
        self._session = session
        self._at = at
        self._names = Names(session)
        self._edges: dict[int, tuple[JobEdge, ...]] = {}

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterator[Link]:
        wanted = set(keys)
        datasets = [number for kind, number in keys if kind == DATASET]
        side = Flow.OUT if direction is Direction.UP else Flow.IN
        query = (
            select(FlowRow.job_id)
            .where(FlowRow.direction == side.value, visible(FlowRow, self._at))
            .distinct()
        )
        jobs = {job for (job,) in rows_in(self._session, query, FlowRow.dataset_id, datasets)}
        jobs.update(number for kind, number in keys if kind == JOB)
        self.edges(jobs)
        for job in sorted(jobs):
            for edge in self._edges[job]:
                link = _link(edge)
                if (link.target if direction is Direction.UP else link.source) in wanted:
                    yield link

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        listed = list(keys)
        datasets = self._names.datasets(number for kind, number in listed if kind == DATASET)
        jobs = self._names.jobs(number for kind, number in listed if kind == JOB)
        return {
            (kind, number): dataset_node(datasets[number]) if kind == DATASET else job_node(jobs[number])
            for kind, number in listed
        }

    def edges(self, jobs: Iterable[int]) -> dict[int, tuple[JobEdge, ...]]:
        """The live edges of each of jobs."""
        wanted = set(jobs)
        for batch in batches(sorted(wanted - self._edges.keys())):
            found: dict[int, list[JobEdge]] = {job: [] for job in batch}
            for edge in self._read(batch):
                found[edge.job].append(edge)
            self._edges.update((job, tuple(edges)) for job, edges in found.items())
        return {job: self._edges[job] for job in wanted}

    def _read(self, jobs: Sequence[int]) -> Iterator[JobEdge]:
        last = self._last_completed(jobs)
        flows = (
            select(
                FlowRow.job_id,
                FlowRow.dataset_id,
                FlowRow.direction,
                FlowRow.run_id,
                DatasetRow.namespace,
                func.min(FlowRow.event_time),
                func.max(FlowRow.event_time),
                func.min(StatementRow.recorded_at),
            )
            .join(DatasetRow, DatasetRow.id == FlowRow.dataset_id)
            .join(StatementRow, StatementRow.seq == FlowRow.seq)
            .where(FlowRow.job_id.in_(jobs), visible(FlowRow, self._at))
            .group_by(
                FlowRow.job_id, FlowRow.dataset_id, FlowRow.direction, FlowRow.run_id, DatasetRow.namespace
            )
        )
        edges: dict[tuple[int, int, Flow], JobEdge] = {}
        live: set[tuple[int, int, Flow]] = set()
        for job, dataset, direction, run, namespace, since, until, known in self._session.execute(flows):
            key = (job, dataset, Flow(direction))
            before = edges.get(key)
            edges[key] = JobEdge(
                job=job,
                dataset=dataset,
                direction=key[2],
                since=min(since, before.since) if before else since,
                known_from=min(known, before.known_from) if before else known,
            )
            ended, runs = last.get(job, (None, frozenset()))
            if ended is None or run in runs or until > ended or namespace in _COME_ONCE:
                live.add(key)
        return (edges[key] for key in sorted(live))

    def _last_completed(self, jobs: Sequence[int]) -> dict[int, tuple[datetime, frozenset[int]]]:
        """Each job's last completed run that read or wrote anything (or several at one moment), and when.

        Services have none: nothing replaces what they did before.
        """
        stated = and_(
            RunEventRow.job_id.in_(jobs),
            RunEventRow.event_type.in_(["COMPLETE", DECLARED]),
            visible(RunEventRow, self._at),
            select(FlowRow.id)
            .where(FlowRow.run_id == RunEventRow.run_id, visible(FlowRow, self._at))
            .exists(),
        )
        newest = select(RunEventRow.job_id, func.max(RunEventRow.event_time)).where(stated)
        by_job = self._session.execute(newest.group_by(RunEventRow.job_id))
        ends: dict[int, datetime] = dict(iter(by_job))
        if not ends:
            return {}
        at_end = or_(
            *(and_(RunEventRow.job_id == job, RunEventRow.event_time == end) for job, end in ends.items())
        )
        runs: dict[int, set[int]] = {job: set() for job in ends}
        services: set[int] = set()
        query = select(RunEventRow.job_id, RunEventRow.run_id, RunEventRow.content).where(stated, at_end)
        for job, run, content in self._session.execute(query):
            runs[job].add(run)
            if _is_service(content):
                services.add(job)
        return {job: (end, frozenset(runs[job])) for job, end in ends.items() if job not in services}


def _is_service(content: str) -> bool:
    """Whether the job's type, as an event states it, is a service and not a batch."""
    stated = json.loads(content)["job"].get("jobType")
    return isinstance(stated, dict) and stated.get("processingType") == "SERVICE"


def _link(edge: JobEdge) -> Link:
    dataset, job = (DATASET, edge.dataset), (JOB, edge.job)
    reads = edge.direction is Flow.IN
    return Link(
        source=dataset if reads else job,
        target=job if reads else dataset,
        certainty=Certainty.DECLARED,
        valid_from=edge.since,
        known_from=edge.known_from,
    )
