"""Where the SQL of jobs does not settle the column lineage of what they write, and why."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from catalog.graph.orm import DatasetRow, JobRow, RunColumnsRow, UnfollowedRow
from catalog.graph.visible import visible
from lineage.names import DatasetId, JobId
from lineage.times import Instants


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unfollowed:
    """`column` is empty where the reason holds for every column of the dataset."""

    dataset: DatasetId
    job: JobId
    column: str
    reason: str


def unfollowed(session: Session, datasets: Iterable[DatasetId], at: Instants) -> tuple[Unfollowed, ...]:
    """What jobs' last SQL leaves open about datasets, unless they stated the columns themselves, or did so since."""
    return tuple(sorted({each for dataset in set(datasets) for each in _of(session, dataset, at)}))


def _of(session: Session, dataset: DatasetId, at: Instants) -> Iterator[Unfollowed]:
    row = UnfollowedRow
    itself = select(RunColumnsRow.id).where(
        RunColumnsRow.run_id == row.run_id,
        RunColumnsRow.dataset_id == row.dataset_id,
        not_(RunColumnsRow.derived),
        visible(RunColumnsRow, at),
    )
    query = (
        select(row.job_id, JobRow.namespace, JobRow.name, row.dataset_id, row.body, row.event_time)
        .join(JobRow, JobRow.id == row.job_id)
        .join(DatasetRow, DatasetRow.id == row.dataset_id)
        .where(DatasetRow.namespace == dataset.namespace, DatasetRow.name == dataset.name)
        .where(visible(row, at), not_(itself.exists()))
    )
    last: dict[int, tuple[datetime, list[Any]]] = {}
    for found in session.execute(query):
        when, bodies = last.get(found.job_id, (found.event_time, []))
        if found.event_time >= when:
            last[found.job_id] = (found.event_time, [*(bodies if found.event_time == when else []), found])
    for job, (when, found_last) in last.items():
        if when >= _stated_last(session, job, found_last[0].dataset_id, at, when):
            for found in found_last:
                name = JobId(namespace=found.namespace, name=found.name)
                for column, reason in json.loads(found.body):
                    yield Unfollowed(dataset=dataset, job=name, column=column, reason=reason)


def _stated_last(session: Session, job: int, dataset: int, at: Instants, otherwise: datetime) -> datetime:
    """When the job's columns were last known for the dataset."""
    row = RunColumnsRow
    query = select(func.max(row.event_time)).where(
        row.job_id == job, row.dataset_id == dataset, visible(row, at)
    )
    found: datetime | None = session.scalar(query)
    return otherwise if found is None else found
