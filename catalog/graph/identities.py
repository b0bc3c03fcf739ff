"""Names to row numbers: each name gets one row, when it is first met. Within the writer's transaction."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from catalog.base import Base
from catalog.bulk import Columns, Values, find_rows, insert_rows, last_ids
from catalog.graph import orm
from catalog.graph.project import ColumnsFact, Facts, number_of
from lineage.names import DatasetId, JobId

#: Values bound in one statement; every database takes so many.
BATCH = 500

Item = TypeVar("Item")
Name = TypeVar("Name")
Version: TypeAlias = tuple[DatasetId, str | None]
Column: TypeAlias = tuple[DatasetId, str]


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Items in lists of at most BATCH."""
    listed = list(items)
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


@dataclass(slots=True, kw_only=True)
class Kind(Generic[Name]):
    """One kind of name: those that a group of entries needs, and their row numbers once they are resolved.

    A row is found by its `keys`, the last of which may be NULL, and holds them and `more`; `row` gives both,
    of a name and the entry that first knew it. `last` is the highest number given; `new` are those given now.
    """

    table: type[Base]
    keys: Columns
    more: Columns
    row: Callable[[Name, int], Values]
    numbers: dict[Name, int] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    last: int = 0
    _since: dict[Name, int] = field(default_factory=dict)

    def __getitem__(self, name: Name) -> int:
        return self.numbers[name]

    def need(self, names: Iterable[Name], seq: int) -> None:
        """Entry seq speaks of names; entries come in order."""
        for name in names:
            if name not in self._since:
                self._since[name] = seq

    def resolve(self, connection: Connection, *, old: Callable[[Name], bool] = lambda _: True) -> list[Name]:
        """Find the numbers of all names needed; give new ones to those without, and return these.

        Only `old` names are looked for: of the others the caller knows that they are not there.
        """
        rows = {name: self.row(name, seq) for name, seq in self._since.items()}
        width = len(self.keys)
        self._find(connection, {row[:width]: name for name, row in rows.items() if old(name)})
        new = [name for name in rows if name not in self.numbers]
        if new:
            given = dict(zip(new, count(self.last + 1), strict=False))
            self.numbers |= given
            self.new.update(given.values())
            columns = ("id", *self.keys, *self.more)
            insert_rows(connection, self.table, columns, [(given[name], *rows[name]) for name in new])
        return new

    def _find(self, connection: Connection, names: dict[Values, Name]) -> None:
        whole = {key: name for key, name in names.items() if key[-1] is not None}
        for *key, number in find_rows(connection, self.table, self.keys, whole, (*self.keys, "id")):
            self.numbers[whole[tuple(key)]] = number
        *outer, last = self.keys
        some = tuple(outer)
        bare = {key[:-1]: name for key, name in names.items() if key[-1] is None}
        for *key, number in find_rows(connection, self.table, some, bare, (*some, "id"), null=last):
            self.numbers[bare[tuple(key)]] = number


class Identities:
    """The row numbers of all names that a group of entries speaks of. First `need` each entry, then `resolve`."""

    def __init__(self) -> None:
        self.datasets: Kind[DatasetId] = Kind(
            table=orm.DatasetRow,
            keys=("namespace", "name"),
            more=("seq",),
            row=lambda dataset, seq: (dataset.namespace, dataset.name, seq),
        )
        self.versions: Kind[Version] = Kind(
            table=orm.VersionRow,
            keys=("dataset_id", "version"),
            more=("number", "seq"),
            row=lambda at, seq: (self.datasets[at[0]], at[1], number_of(*at), seq),
        )
        self.columns: Kind[Column] = Kind(
            table=orm.ColumnRow,
            keys=("dataset_id", "name"),
            more=("seq",),
            row=lambda column, seq: (self.datasets[column[0]], column[1], seq),
        )
        self.jobs: Kind[JobId] = Kind(
            table=orm.JobRow,
            keys=("namespace", "name"),
            more=("seq",),
            row=lambda job, seq: (job.namespace, job.name, seq),
        )
        self.runs: Kind[UUID] = Kind(
            table=orm.RunRow,
            keys=("uuid",),
            more=("declared", "seq"),
            row=lambda run, seq: (str(run), self._declared[run], seq),
        )
        self.sets: Kind[str] = Kind(
            table=orm.ColumnSetRow, keys=("digest",), more=(), row=lambda digest, _: (digest,)
        )
        self._declared: dict[UUID, bool] = {}
        self._lineages: dict[str, tuple[ColumnsFact, int]] = {}

    def need(self, facts: Facts, seq: int) -> None:
        """Entry seq states facts."""
        flows = chain(facts.flows, *(claim.flows for claim in facts.claims))
        stated: list[Version] = [(fact.dataset, fact.version) for fact in flows]
        stated += [(fact.dataset, fact.version) for fact in facts.schemas]
        columns = [*facts.columns, *(fact for claim in facts.claims for fact in claim.columns)]
        stated += [(fact.dataset, fact.version) for fact in columns]
        stated += [(fact.dataset, fact.version) for fact in facts.supersessions]
        before = [(dataset, number_of(dataset, version)) for dataset, version in stated]
        stated += [(dataset, str(number - 1)) for dataset, number in before if number]
        self.datasets.need(facts.datasets, seq)
        self.datasets.need((dataset for dataset, _ in stated), seq)
        self.versions.need(stated, seq)
        for fact in columns:
            self.datasets.need((edge.source for edge in fact.edges), seq)
            self.sets.need([fact.digest], seq)
            self._lineages.setdefault(fact.digest, (fact, seq))
        if facts.occasion is not None:
            self._need_run(facts.occasion.run, facts.occasion.job, seq, declared=facts.occasion.declared)
        for above in (facts.parent, facts.root):
            if facts.occasion is not None and above is not None:
                self._need_run(above.id, above.job, seq)
        for claim in facts.claims:
            self._need_run(claim.run, claim.job, seq, declared=claim.declared)
        for hand in chain.from_iterable((each.source, each.target) for each in facts.hands):
            self.jobs.need([hand.job], seq)
            if hand.run is not None:
                self._need_run(hand.run, hand.job, seq)

    def resolve(self, connection: Connection) -> list[ColumnsFact]:
        """Give every name its number; returns the column lineages that are stated for the first time.

        The columns of the others were met when they were stated first.
        """
        kinds: tuple[Kind[Any], ...] = (
            self.datasets,
            self.versions,
            self.jobs,
            self.runs,
            self.sets,
            self.columns,
        )
        for kind, last in zip(kinds, last_ids(connection, [kind.table for kind in kinds]), strict=True):
            kind.last = last
        self.datasets.resolve(connection)
        there = self.datasets.new.__contains__
        self.versions.resolve(connection, old=lambda at: not there(self.datasets[at[0]]))
        self.jobs.resolve(connection)
        self.runs.resolve(connection)
        new = [self._lineages[digest] for digest in self.sets.resolve(connection)]
        for fact, seq in new:
            self.columns.need(((fact.dataset, member) for member in fact.members), seq)
            self.columns.need(((edge.source, edge.column) for edge in fact.edges), seq)
        self.columns.resolve(connection, old=lambda column: not there(self.datasets[column[0]]))
        return [fact for fact, _ in new]

    def _need_run(self, run: UUID, job: JobId, seq: int, *, declared: bool = False) -> None:
        self._declared.setdefault(run, declared)
        self.runs.need([run], seq)
        self.jobs.need([job], seq)
