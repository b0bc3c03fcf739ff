"""What of the graph is visible at two times, and the names behind row numbers."""

from collections.abc import Iterable
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, FromClause, Row, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import Session

from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.identities import batches
from catalog.graph.orm import DatasetRow, FlowRow, JobRow, ParentRow, RunEventRow, RunRow, VersionRow
from catalog.graph.stated.orm import HandRow
from catalog.identity.aliases import Aliases
from lineage.graph import Node, NodeKind, kind_of
from lineage.names import DatasetId, DatasetVersion, JobId
from lineage.times import Instants

Columns = TypeVarTuple("Columns")


def visible(row: Any, at: Instants) -> ColumnElement[bool]:
    """The condition that a fact's row was known and true at the two times."""
    return and_(row.seq < at.log_size, row.event_time <= at.as_of)


class Names:
    """Names by row number, as they were known at two times; looked up once and kept for the length of one question.

    Of datasets that are one, all are called by the name that speaks for them.
    """

    def __init__(self, session: Session, at: Instants, same: Aliases) -> None:
        self._asked = Asked(session, at)
        self._same = same
        self._datasets: dict[int, DatasetId] = {}
        self._others: dict[DatasetId, tuple[DatasetId, ...]] = {}
        self._versions: dict[int, tuple[DatasetId, str | None]] = {}
        self._jobs: dict[int, JobId] = {}

    def datasets(self, numbers: Iterable[int]) -> dict[int, DatasetId]:
        leads = self._same.datasets.leads(numbers)
        for number, namespace, name in self._asked.rows(
            _DATASETS, set(leads.values()) - self._datasets.keys()
        ):
            self._datasets[number] = DatasetId(namespace=namespace, name=name)
        for name, *others in self._same.names(leads.values()).values():
            self._others[name] = tuple(others)
        return {number: self._datasets[lead] for number, lead in leads.items()}

    def others(self, dataset: DatasetId) -> tuple[DatasetId, ...]:
        """The other names of what `datasets` called dataset."""
        return self._others.get(dataset, ())

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
        told = dict(self._asked.rows(_TOLD_OF, {number for number, _, name in rows if name is None}))
        return {number: (uuid, name or told.get(number) or "run") for number, uuid, name in rows}


_dataset, _version, _job, _run = map(table_of, (DatasetRow, VersionRow, JobRow, RunRow))
_event, _flow, _hand, _parent = map(table_of, (RunEventRow, FlowRow, HandRow, ParentRow))
_DATASETS = select(_dataset.c.id, _dataset.c.namespace, _dataset.c.name).where(among(_dataset.c.id))
_VERSIONS = select(_version.c.id, _version.c.dataset_id, _version.c.version).where(among(_version.c.id))
_JOBS = select(_job.c.id, _job.c.namespace, _job.c.name).where(among(_job.c.id))


def _called(told: FromClause, run: ColumnElement[int], job: ColumnElement[int]) -> ScalarSelect[Any]:
    """The job that rows of `told` say is the run's; of several, the last by name."""
    query = select(func.max(_job.c.name)).select_from(told).join(_job, _job.c.id == job)
    return query.where(run == _run.c.id, seen(told)).correlate(_run).scalar_subquery()


_RUNS = select(_run.c.id, _run.c.uuid, _called(_event, _event.c.run_id, _event.c.job_id)).where(
    among(_run.c.id)
)
#: Of runs that say nothing themselves, the job that others call theirs.
_TOLD_OF = select(
    _run.c.id,
    func.coalesce(
        _called(_flow, _flow.c.run_id, _flow.c.job_id),
        _called(_hand, _hand.c.source_run_id, _hand.c.source_job_id),
        _called(_hand, _hand.c.target_run_id, _hand.c.target_job_id),
        _called(_parent, _parent.c.parent_id, _parent.c.parent_job_id),
    ),
).where(among(_run.c.id))


def rows_in(
    session: Session, query: Select[*Columns], column: Any, numbers: Iterable[int]
) -> list[Row[*Columns]]:
    """All rows of query whose column is one of numbers, in batches."""
    found: list[Row[*Columns]] = []
    for batch in batches(sorted(set(numbers))):
        found.extend(session.execute(query.where(column.in_(batch))))
    return found


def dataset_node(dataset: DatasetId, others: Iterable[DatasetId] = ()) -> Node:
    """A dataset, with its other names."""
    also = tuple(str(other) for other in others)
    return Node(id=str(dataset), kind=kind_of(dataset), label=dataset.name, also=also)


def version_node(dataset: DatasetId, version: str | None, others: Iterable[DatasetId] = ()) -> Node:
    """A dataset at a version; where none is declared, the dataset itself."""
    if version is None:
        return dataset_node(dataset, others)
    kind = kind_of(dataset)
    return Node(
        id=str(DatasetVersion(dataset=dataset, version=version)),
        kind=kind,
        label=_version_label(kind, dataset.name, version),
        also=tuple(str(DatasetVersion(dataset=other, version=version)) for other in others),
    )


def run_node(uuid: str, job: str) -> Node:
    return Node(id=f"run/{uuid}", kind=NodeKind.RUN, label=f"{job} {uuid[:8]}")


def job_node(job: JobId) -> Node:
    return Node(id=str(job), kind=NodeKind.JOB, label=job.name)


def column_node(dataset: DatasetId, column: str, others: Iterable[DatasetId] = ()) -> Node:
    also = tuple(f"{other}#{column}" for other in others)
    return Node(id=f"{dataset}#{column}", kind=NodeKind.COLUMN, label=f"{dataset.name}.{column}", also=also)


def _version_label(kind: NodeKind, name: str, version: str) -> str:
    if kind in {NodeKind.MODEL, NodeKind.DEPLOYMENT}:
        return f"{name} {version}"
    return name if kind is NodeKind.FILE else f"{name}@{version}"
