"""Names that are one thing, as they were known at one size of the log. For the length of one question.

Datasets, versions and columns are row numbers here. Of those that are one, one leads: the same for all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from catalog.base import Words
from catalog.graph.asked import LOG_SIZE, Asked, among, table_of
from catalog.graph.orm import ColumnRow, DatasetRow, SymlinkRow, VersionRow
from catalog.identity.orm import AliasRow
from catalog.identity.rules import rules_at
from lineage.identity import Rules, best_name, canonical, canonical_column
from lineage.names import DatasetId
from lineage.times import Instants


class Rows:
    """Rows of one kind that are one, and the one of them that leads; read when first asked about, and kept.

    `read` is given rows, and gives groups among which each of them is that is not alone, with the row that leads.
    """

    def __init__(self, read: Callable[[set[int]], Iterable[tuple[frozenset[int], int]]]) -> None:
        self._read = read
        self._asked: set[int] = set()
        self._groups: dict[int, frozenset[int]] = {}
        self._leads: dict[int, int] = {}

    def together(self, rows: Iterable[int]) -> set[int]:
        """rows and all that are one with them."""
        wanted = self._learn(rows)
        return wanted.union(*(self._groups[row] for row in wanted & self._groups.keys()))

    def leads(self, rows: Iterable[int]) -> dict[int, int]:
        """The one that leads for each of rows."""
        wanted = self._learn(rows)
        if not self._leads:
            return dict(zip(wanted, wanted, strict=True))
        return {row: self._leads.get(row, row) for row in wanted}

    def _learn(self, rows: Iterable[int]) -> set[int]:
        wanted = set(rows)
        unknown = wanted - self._asked
        if unknown:
            self._asked |= wanted
            for group, lead in self._read(unknown):
                self._asked |= group
                self._groups.update(dict.fromkeys(group, group))
                self._leads.update(dict.fromkeys(group, lead))
        return wanted


class Aliases:
    """Where the record knows no alias at all, nothing is asked of it but that."""

    def __init__(self, session: Session, at: Instants) -> None:
        self._session = session
        self._size = at.log_size
        self._asked = Asked(session, at)
        self.datasets = Rows(self._read_datasets)
        self.versions = Rows(self._read_versions)
        self.columns = Rows(self._read_columns)
        self._called: dict[DatasetId, DatasetId] = {}
        self._names: dict[int, tuple[DatasetId, ...]] = {}
        self._tables: set[int] = set()

    @cached_property
    def rules(self) -> Rules:
        """The rules of names that were in force."""
        return rules_at(self._session, self._size)

    @cached_property
    def _any(self) -> bool:
        return self._session.connection().scalar(_ANY, {"log_size": self._size}) is not None

    def find(self, dataset: DatasetId) -> tuple[int, ...]:
        """The rows of dataset, however it is spelt, and of all that is one with it; none when it is not known."""
        name = canonical(dataset, self.rules)
        named = {"space": name.namespace, "name": name.name, "log_size": self._size}
        return tuple(sorted(self.datasets.together(self._session.connection().scalars(_NAMED, named))))

    def one(self, dataset: DatasetId) -> DatasetId:
        """The name that speaks for dataset; its own one form where it is alone or nothing is known of it."""
        names = self.names(self.find(dataset))
        return next(iter(names.values()))[0] if names else canonical(dataset, self.rules)

    def called(self, datasets: Iterable[DatasetId]) -> dict[DatasetId, DatasetId]:
        """The name that speaks for each of datasets, which are in their one form as of when they were stated."""
        wanted = set(datasets)
        if self._any:
            self._called.update((name, self.one(name)) for name in wanted - self._called.keys())
        return {name: self._called.get(name, name) for name in wanted}

    def names(self, datasets: Iterable[int]) -> dict[int, tuple[DatasetId, ...]]:
        """All names of each of datasets that has several, the one that speaks first."""
        leads = self.datasets.leads(datasets).items()
        return {row: self._names[lead] for row, lead in leads if lead in self._names}

    def speaks_as_table(self, dataset: int) -> bool:
        """Whether the name that speaks for dataset is one that a symlink of kind TABLE gave."""
        return self.datasets.leads([dataset])[dataset] in self._tables

    def column_name(self, owner: DatasetId, column: str) -> str:
        """What a column of owner, a name that speaks, is called."""
        return canonical_column(owner, column, self.rules)

    def _read_datasets(self, rows: set[int]) -> Iterator[tuple[frozenset[int], int]]:
        groups: dict[int, dict[int, DatasetId]] = {}
        for group, row, namespace, name in self._asked.rows(_DATASETS, rows) if self._any else ():
            groups.setdefault(group, {})[row] = DatasetId(namespace=namespace, name=name)
        linked = self._asked.rows(_LINKED, {row for each in groups.values() for row in each})
        self._tables.update(row for row, kind in linked if kind == "TABLE")
        in_catalog = {row for row, _ in linked}
        for names in groups.values():
            listed = (names[row] for row in in_catalog & names.keys())
            speaker = best_name(names.values(), listed, self.rules)
            lead = next(row for row, name in names.items() if name == speaker)
            others = sorted(name for name in names.values() if name != speaker)
            self._names[lead] = (speaker, *others)
            yield frozenset(names), lead

    def _read_versions(self, rows: set[int]) -> Iterator[tuple[frozenset[int], int]]:
        groups: dict[int, set[int]] = {}
        for row, other in self._asked.rows(_VERSIONS, rows) if self._any else ():
            groups.setdefault(row, set()).add(other)
        return ((frozenset(group), min(group)) for group in groups.values())

    def _read_columns(self, rows: set[int]) -> Iterator[tuple[frozenset[int], int]]:
        """Columns of one thing are one by the name that the platform of the name that speaks gives them."""
        found = self._asked.rows(_COLUMNS, rows) if self._any else ()
        speaking = self.names({dataset for _, _, _, dataset, _ in found})
        groups: dict[int, set[int]] = {}
        for row, mine, other, dataset, theirs in found:
            owner = speaking[dataset][0]
            if self.column_name(owner, mine) == self.column_name(owner, theirs):
                groups.setdefault(row, set()).add(other)
        return ((frozenset(group), min(group)) for group in groups.values())


def _known(alias: FromClause) -> ColumnElement[bool]:
    return and_(alias.c.seq < LOG_SIZE, alias.c.until >= LOG_SIZE)


_one, _other = table_of(AliasRow).alias("one"), table_of(AliasRow).alias("other")
_together = and_(_other.c.group_id == _one.c.group_id, _known(_other))
_dataset, _symlink = table_of(DatasetRow), table_of(SymlinkRow)
_version, _same_version = table_of(VersionRow), table_of(VersionRow).alias("same")
_column, _same_column = table_of(ColumnRow), table_of(ColumnRow).alias("same")

_ANY = select(_one.c.seq).where(_one.c.seq < LOG_SIZE).limit(1)
_NAMED = select(_dataset.c.id).where(
    _dataset.c.namespace == bindparam("space", type_=Words),
    _dataset.c.name == bindparam("name", type_=Words),
    _dataset.c.seq < LOG_SIZE,
)
#: Group, and each dataset of it with its name.
_DATASETS = (
    select(_one.c.group_id, _other.c.dataset_id, _dataset.c.namespace, _dataset.c.name)
    .join(_other, _together)
    .join(_dataset, _dataset.c.id == _other.c.dataset_id)
    .where(among(_one.c.dataset_id), _known(_one))
    .distinct()
)
#: Which datasets a symlink calls a table, or gives the location of, and which of both.
_called = and_(_symlink.c.namespace == _dataset.c.namespace, _symlink.c.name == _dataset.c.name)
_LINKED = (
    select(_dataset.c.id, _symlink.c.kind)
    .join(
        _symlink,
        or_(
            and_(_called, _symlink.c.kind == "TABLE"),
            and_(_symlink.c.dataset_id == _dataset.c.id, _symlink.c.kind == "LOCATION"),
        ),
    )
    .where(among(_dataset.c.id), _symlink.c.seq < LOG_SIZE)
    .distinct()
)
#: A version, and each version of the same thing that has the same number.
_VERSIONS = (
    select(_version.c.id, _same_version.c.id)
    .join(_one, and_(_one.c.dataset_id == _version.c.dataset_id, _known(_one)))
    .join(_other, _together)
    .join(
        _same_version,
        and_(
            _same_version.c.dataset_id == _other.c.dataset_id,
            or_(
                _same_version.c.version == _version.c.version,
                and_(_same_version.c.version.is_(None), _version.c.version.is_(None)),
            ),
            _same_version.c.seq < LOG_SIZE,
        ),
    )
    .where(among(_version.c.id))
)
#: A column with its name, and each column of the same thing whose name differs in case at most.
_COLUMNS = (
    select(_column.c.id, _column.c.name, _same_column.c.id, _same_column.c.dataset_id, _same_column.c.name)
    .join(_one, and_(_one.c.dataset_id == _column.c.dataset_id, _known(_one)))
    .join(_other, _together)
    .join(
        _same_column,
        and_(
            _same_column.c.dataset_id == _other.c.dataset_id,
            func.lower(_same_column.c.name) == func.lower(_column.c.name),
            _same_column.c.seq < LOG_SIZE,
        ),
    )
    .where(among(_column.c.id))
)
