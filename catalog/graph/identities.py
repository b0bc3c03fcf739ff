"""Names to row numbers: each name gets one row, when it is first met. Within the writer's transaction."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from catalog.graph.orm import (
    ColumnRow,
    DatasetRow,
    JobRow,
    RunRow,
    VersionRow,
)
from catalog.graph.project import number_of
from lineage.names import DatasetId, JobId

#: Values bound in one statement; every database takes so many.
BATCH = 500

Item = TypeVar("Item")
Version: TypeAlias = tuple[DatasetId, str | None]


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in lists of at most BATCH."""
    listed = list(items)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


class Identities:
    """The row numbers of one entry's names; `seq` is that entry's, the first to know what is new."""

    def __init__(self, session: Session, seq: int) -> None:
        self._session = session
        self._seq = seq
        self.datasets: dict[DatasetId, int] = {}
        self.versions: dict[Version, int] = {}
        self.columns: dict[tuple[DatasetId, str], int] = {}

    def need_datasets(self, names: Iterable[DatasetId]) -> None:
        """Make sure that `datasets` has each of names."""
        wanted = [name for name in dict.fromkeys(names) if name not in self.datasets]
        self._find_datasets(wanted)
        new = [name for name in wanted if name not in self.datasets]
        if new:
            rows = [{"namespace": name.namespace, "name": name.name, "seq": self._seq} for name in new]
            self._session.execute(insert(DatasetRow), rows)
            self._find_datasets(new)

    def need_versions(self, versions: Iterable[Version]) -> None:
        """Make sure that `versions` has each of versions. Their datasets must be there."""
        wanted = dict.fromkeys(versions)
        self._find_versions(wanted)
        rows = [
            {
                "dataset_id": self.datasets[dataset],
                "version": version,
                "number": number_of(dataset, version),
                "seq": self._seq,
            }
            for dataset, version in wanted
            if (dataset, version) not in self.versions
        ]
        if rows:
            self._session.execute(insert(VersionRow), rows)
            self._find_versions(wanted)

    def need_columns(self, columns: Iterable[tuple[DatasetId, str]]) -> None:
        """Make sure that `columns` has each of columns. Their datasets must be there."""
        wanted = dict.fromkeys(columns)
        self._find_columns(wanted)
        rows = [
            {"dataset_id": self.datasets[dataset], "name": name, "seq": self._seq}
            for dataset, name in wanted
            if (dataset, name) not in self.columns
        ]
        if rows:
            self._session.execute(insert(ColumnRow), rows)
            self._find_columns(wanted)

    def job(self, job: JobId) -> int:
        found = self._session.scalar(
            select(JobRow.id).where(JobRow.namespace == job.namespace, JobRow.name == job.name)
        )
        if found is not None:
            return found
        row = JobRow(namespace=job.namespace, name=job.name, seq=self._seq)
        self._session.add(row)
        self._session.flush()
        return row.id

    def run(self, run: UUID, *, declared: bool = False) -> int:
        found = self._session.scalar(select(RunRow.id).where(RunRow.uuid == str(run)))
        if found is not None:
            return found
        row = RunRow(uuid=str(run), declared=declared, seq=self._seq)
        self._session.add(row)
        self._session.flush()
        return row.id

    def _find_datasets(self, names: Iterable[DatasetId]) -> None:
        key = tuple_(DatasetRow.namespace, DatasetRow.name)
        for batch in batches(names):
            query = select(DatasetRow.namespace, DatasetRow.name, DatasetRow.id).where(
                key.in_([(name.namespace, name.name) for name in batch])
            )
            for namespace, name, number in self._session.execute(query):
                self.datasets[DatasetId(namespace=namespace, name=name)] = number

    def _find_versions(self, versions: Iterable[Version]) -> None:
        named = {self.datasets[dataset]: dataset for dataset, _ in versions}
        texts = {version for _, version in versions}
        for batch in batches(named):
            for some in batches(texts):
                query = select(VersionRow.dataset_id, VersionRow.version, VersionRow.id).where(
                    VersionRow.dataset_id.in_(batch),
                    VersionRow.version.in_([text for text in some if text is not None])
                    | (VersionRow.version.is_(None) if None in some else False),
                )
                for dataset, version, number in self._session.execute(query):
                    self.versions[named[dataset], version] = number

    def _find_columns(self, columns: Iterable[tuple[DatasetId, str]]) -> None:
        named = {number: dataset for dataset, number in self.datasets.items()}
        key = tuple_(ColumnRow.dataset_id, ColumnRow.name)
        for batch in batches(columns):
            query = select(ColumnRow.dataset_id, ColumnRow.name, ColumnRow.id).where(
                key.in_([(self.datasets[dataset], name) for dataset, name in batch])
            )
            for dataset, name, number in self._session.execute(query):
                self.columns[named[dataset], name] = number
