"""Where the SQL of jobs does not settle the column lineage of what they write, and why."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from catalog.bulk import find_rows
from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.orm import DatasetRow, JobRow, RunColumnsRow
from catalog.graph.stated.explicit import STATED
from catalog.graph.stated.orm import UnfollowedRow
from lineage.names import DatasetId, JobId
from lineage.times import Instants


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unfollowed:
    """`column` is empty where the reason holds for every column of the dataset."""

    dataset: DatasetId
    job: JobId
    column: str
    reason: str

    def __str__(self) -> str:
        column = f" of column {self.column}" if self.column else ""
        job = f" from job {self.job.name}" if self.job.namespace != STATED else ""
        return f"the column lineage{column}{job}: {self.reason}"


class _Open(NamedTuple):
    """A row of `_LEFT_OPEN`."""

    dataset_id: int
    job_id: int
    namespace: str
    name: str
    body: str
    event_time: datetime


def unfollowed(session: Session, datasets: Iterable[DatasetId], at: Instants) -> tuple[Unfollowed, ...]:
    """What jobs' last SQL leaves open about datasets, unless they stated the columns themselves, or did so since.

    Datasets that nobody knows are passed over.
    """
    named = {(dataset.namespace, dataset.name) for dataset in datasets}
    key = ("namespace", "name")
    known = {
        number: DatasetId(namespace=namespace, name=name)
        for number, namespace, name in find_rows(session.connection(), DatasetRow, key, named, ("id", *key))
    }
    asked = Asked(session, at)
    since: dict[tuple[int, int], datetime] = {}
    for dataset, job, when in asked.rows(_KNOWN_SINCE, known):
        since[dataset, job] = when
    last: dict[tuple[int, int], list[_Open]] = {}
    for row in map(_Open._make, asked.rows(_LEFT_OPEN, known)):
        others = last.setdefault((row.dataset_id, row.job_id), [])
        if others and others[0].event_time < row.event_time:
            others.clear()
        if not others or others[0].event_time == row.event_time:
            others.append(row)
    open_still = [
        rows for ends, rows in last.items() if ends not in since or since[ends] <= rows[0].event_time
    ]
    return tuple(sorted({each for rows in open_still for row in rows for each in _told(known, row)}))


def _told(known: dict[int, DatasetId], row: _Open) -> Iterator[Unfollowed]:
    job = JobId(namespace=row.namespace, name=row.name)
    for column, reason in json.loads(row.body):
        yield Unfollowed(dataset=known[row.dataset_id], job=job, column=column, reason=reason)


_open, _stated, _job = table_of(UnfollowedRow), table_of(RunColumnsRow), table_of(JobRow)
_itself = select(_stated.c.id).where(
    _stated.c.run_id == _open.c.run_id,
    _stated.c.dataset_id == _open.c.dataset_id,
    not_(_stated.c.derived),
    seen(_stated),
)
_LEFT_OPEN = (
    select(
        _open.c.dataset_id, _open.c.job_id, _job.c.namespace, _job.c.name, _open.c.body, _open.c.event_time
    )
    .join(_job, _job.c.id == _open.c.job_id)
    .where(among(_open.c.dataset_id), seen(_open), not_(_itself.correlate(_open).exists()))
)
#: When a job's columns were last known for a dataset.
_KNOWN_SINCE = (
    select(_stated.c.dataset_id, _stated.c.job_id, func.max(_stated.c.event_time))
    .where(_stated.c.job_id.in_(select(_open.c.job_id).where(among(_open.c.dataset_id))), seen(_stated))
    .where(among(_stated.c.dataset_id))
    .group_by(_stated.c.dataset_id, _stated.c.job_id)
)
