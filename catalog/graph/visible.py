"""What of the graph is visible at two times, and the names behind row numbers."""

from collections.abc import Iterable
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from catalog.graph.asked import NUMBERS, Asked, table_of
from catalog.graph.identities import batches
from catalog.graph.orm import DatasetRow, JobRow, RunEventRow, RunRow, VersionRow
from lineage.graph import Node, NodeKind, kind_of
from lineage.names import DatasetId, DatasetVersion, JobId
from lineage.times import Instants

Columns = TypeVarTuple("Columns")


def visible(row: Any, at: Instants) -> ColumnElement[bool]:
    """The condition that a fact's row was known and true at the two times."""
    return and_(row.seq < at.log_size, row.event_time <= at.as_of)


class Names:
    """Names by row number, looked up once and kept for the length of one question."""

    def __init__(self, session: Session) -> None:
        self._asked = Asked(session)
        self._datasets: dict[int, DatasetId] = {}
        self._versions: dict[int, tuple[DatasetId, str | None]] = {}
        self._jobs: dict[int, JobId] = {}

    def datasets(self, numbers: Iterable[int]) -> dict[int, DatasetId]:
        wanted = set(numbers)
        for number, namespace, name in self._asked.rows(_DATASETS, wanted - self._datasets.keys()):
            self._datasets[number] = DatasetId(namespace=namespace, name=name)
        return {number: self._datasets[number] for number in wanted}

    def versions(self, numbers: Iterable[int]) -> dict[int, tuple[DatasetId, str | None]]:
        wanted = set(numbers)
        rows = self._asked.rows(_VERSIONS, wanted - self._versions.keys())
        names = self.datasets(dataset for _, dataset, _ in rows)
        self._versions.update((number, (names[dataset], version)) for number, dataset, version in rows)
        return {number: self._versions[number] for number in wanted}

    def jobs(self, numbers: Iterable[int]) -> dict[int, JobId]:
        wanted = set(numbers)
        for number, namespace, name in self._asked.rows(_JOBS, wanted - self._jobs.keys()):
            self._jobs[number] = JobId(namespace=namespace, name=name)
        return {number: self._jobs[number] for number in wanted}

    def runs(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """The UUID and the job's name of each run."""
        rows = self._asked.rows(_RUNS, numbers)
        return {number: (uuid, name or "run") for number, uuid, name in rows}


_dataset, _version, _job, _run, _event = map(table_of, (DatasetRow, VersionRow, JobRow, RunRow, RunEventRow))
_DATASETS = select(_dataset.c.id, _dataset.c.namespace, _dataset.c.name).where(_dataset.c.id.in_(NUMBERS))
_VERSIONS = select(_version.c.id, _version.c.dataset_id, _version.c.version).where(_version.c.id.in_(NUMBERS))
_JOBS = select(_job.c.id, _job.c.namespace, _job.c.name).where(_job.c.id.in_(NUMBERS))
#: Of several jobs that one run claims, the last by name.
_RUNS = (
    select(_run.c.id, _run.c.uuid, func.max(_job.c.name))
    .outerjoin(_event, _event.c.run_id == _run.c.id)
    .outerjoin(_job, _job.c.id == _event.c.job_id)
    .where(_run.c.id.in_(NUMBERS))
    .group_by(_run.c.id, _run.c.uuid)
)


def rows_in(
    session: Session, query: Select[*Columns], column: Any, numbers: Iterable[int]
) -> list[Row[*Columns]]:
    """All rows of query whose column is one of numbers, in batches."""
    found: list[Row[*Columns]] = []
    for batch in batches(sorted(set(numbers))):
        found.extend(session.execute(query.where(column.in_(batch))))
    return found


def dataset_node(dataset: DatasetId) -> Node:
    kind = kind_of(dataset)
    return Node(id=str(dataset), kind=kind, label=dataset.name)


def version_node(dataset: DatasetId, version: str | None) -> Node:
    """A dataset at a version; where none is declared, the dataset itself."""
    if version is None:
        return dataset_node(dataset)
    kind = kind_of(dataset)
    at = DatasetVersion(dataset=dataset, version=version)
    return Node(id=str(at), kind=kind, label=_version_label(kind, dataset.name, version))


def run_node(uuid: str, job: str) -> Node:
    return Node(id=f"run/{uuid}", kind=NodeKind.RUN, label=f"{job} {uuid[:8]}")


def job_node(job: JobId) -> Node:
    return Node(id=str(job), kind=NodeKind.JOB, label=job.name)


def column_node(dataset: DatasetId, column: str) -> Node:
    return Node(id=f"{dataset}#{column}", kind=NodeKind.COLUMN, label=f"{dataset.name}.{column}")


def _version_label(kind: NodeKind, name: str, version: str) -> str:
    if kind in {NodeKind.MODEL, NodeKind.DEPLOYMENT}:
        return f"{name} {version}"
    return name if kind is NodeKind.FILE else f"{name}@{version}"
