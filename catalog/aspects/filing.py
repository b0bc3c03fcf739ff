"""Under which name, and in which environment, DataHub files a dataset: read from the graph at two times."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.aspects.urns import Filed, filed
from catalog.graph.orm import SymlinkRow
from catalog.graph.project import ICEBERG
from catalog.identity.aliases import Aliases
from lineage.names import DatasetId
from lineage.times import Instants


class Filing:
    """Each dataset is filed once; `same` knows the names that are one."""

    def __init__(self, session: Session, at: Instants, same: Aliases) -> None:
        self._session = session
        self._at = at
        self._same = same
        self._filed: dict[DatasetId, Filed] = {}
        self._rows: dict[DatasetId, tuple[int, ...]] = {}

    def rows(self, dataset: DatasetId) -> tuple[int, ...]:
        """The row numbers of dataset and of all that is one with it."""
        if dataset not in self._rows:
            self._rows[dataset] = self._same.find(dataset)
        return self._rows[dataset]

    def file(self, dataset: DatasetId) -> Filed:
        """Where dataset, which the record knows, is filed."""
        if dataset not in self._filed:
            [row, *_] = self.rows(dataset)
            names = self._same.names([row]).get(row, (dataset,))
            tables = names[:1] if self._same.speaks_as_table(row) else ()
            iceberg = tuple(name for name in tables if self._in_iceberg(name))
            environment = self._same.rules.environment_of(names[0])
            self._filed[dataset] = filed(names, tables, environment, iceberg=iceberg)
        return self._filed[dataset]

    def _in_iceberg(self, table: DatasetId) -> bool:
        said = select(SymlinkRow.id).where(
            SymlinkRow.namespace == table.namespace,
            SymlinkRow.name == table.name,
            SymlinkRow.kind == ICEBERG,
            SymlinkRow.seq < self._at.log_size,
        )
        return self._session.scalar(said.limit(1)) is not None
