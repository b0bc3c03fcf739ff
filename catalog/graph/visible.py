"""What of the graph is visible at two times, and the names behind row numbers."""

from collections.abc import Iterable
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

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
        self._session = session
        self._datasets: dict[int, DatasetId] = {}
        self._versions: dict[int, tuple[DatasetId, str | None]] = {}

    def datasets(self, numbers: Iterable[int]) -> dict[int, DatasetId]:
        wanted = set(numbers)
        for batch in batches(sorted(wanted - self._datasets.keys())):
            for row in self._session.scalars(select(DatasetRow).where(DatasetRow.id.in_(batch))):
                self._datasets[row.id] = DatasetId(namespace=row.namespace, name=row.name)
        return {number: self._datasets[number] for number in wanted}

    def versions(self, numbers: Iterable[int]) -> dict[int, tuple[DatasetId, str | None]]:
        wanted = set(numbers)
        for batch in batches(sorted(wanted - self._versions.keys())):
            rows = list(self._session.scalars(select(VersionRow).where(VersionRow.id.in_(batch))))
            names = self.datasets(row.dataset_id for row in rows)
            self._versions.update((row.id, (names[row.dataset_id], row.version)) for row in rows)
        return {number: self._versions[number] for number in wanted}

    def jobs(self, numbers: Iterable[int]) -> dict[int, JobId]:
        found: dict[int, JobId] = {}
        for batch in batches(sorted(set(numbers))):
            for row in self._session.scalars(select(JobRow).where(JobRow.id.in_(batch))):
                found[row.id] = JobId(namespace=row.namespace, name=row.name)
        return found

    def runs(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """The UUID and the job's name of each run."""
        found: dict[int, tuple[str, str]] = {}
        for batch in batches(sorted(set(numbers))):
            query = (
                select(RunRow.id, RunRow.uuid, JobRow.name)
                .outerjoin(RunEventRow, RunEventRow.run_id == RunRow.id)
                .outerjoin(JobRow, JobRow.id == RunEventRow.job_id)
                .where(RunRow.id.in_(batch))
                .distinct()
                .order_by(RunRow.id, JobRow.name)
            )
            for number, uuid, name in self._session.execute(query):
                found[number] = (uuid, name or "run")
        return found


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
