"""The level of columns: at each moment, the last column lineage that each job stated for its output holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.folded.orm import JobColumnsRow, JobFlowRow
from catalog.graph.orm import (
    ColumnEdgeRow,
    ColumnMemberRow,
    ColumnRow,
    ColumnSetRow,
    RunColumnsRow,
    StatementRow,
)
from catalog.graph.project import Flow
from catalog.graph.tables import TableLevel
from catalog.graph.visible import Names, column_node
from catalog.graph.walk import Key, Link
from catalog.identity.aliases import Aliases
from lineage.certainty import Certainty
from lineage.graph import Direction, Node
from lineage.names import DatasetId
from lineage.times import Instants

COLUMN = "column"


@dataclass(frozen=True, slots=True)
class _Stated:
    """The set that holds for what a job writes to a dataset; `since`: the job first stated it."""

    job: int
    dataset: int
    set_id: int
    derived: bool
    since: datetime
    known_from: datetime


class ColumnLevel:
    """Keys are ("column", row)."""

    def __init__(self, session: Session, at: Instants, same: Aliases) -> None:
        self._asked = Asked(session, at)
        self._same = same
        self._names = Names(session, at, same)
        self._tables = TableLevel(session, at, same)
        self._columns: dict[int, tuple[int, str]] = {}

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterator[Link]:
        here = self._same.columns.together(number for _, number in keys)
        stated = self._holding(self._outputs(here, direction))
        sources = self._sources(stated)
        by_set = defaultdict(list)
        for each in stated:
            by_set[each.set_id].append(each)
        edges = list(self._edges(by_set, here, direction))
        owners = self._owners(source for _, source, _, _ in edges)
        lead = self._same.columns.leads(end for _, *ends, _ in edges for end in ends)
        for set_id, source, target, transformation in edges:
            for each in by_set[set_id]:
                if owners[source] in sources[each]:
                    yield Link(
                        source=(COLUMN, lead[source]),
                        target=(COLUMN, lead[target]),
                        certainty=Certainty.MATCHED if each.derived else Certainty.DECLARED,
                        transformation=transformation,
                        valid_from=each.since,
                        known_from=each.known_from,
                    )

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        return {
            key: column_node(dataset, column, self._names.others(dataset))
            for key, (_, dataset, column) in self.names(keys).items()
        }

    def names(self, keys: Iterable[Key]) -> dict[Key, tuple[int, DatasetId, str]]:
        """The dataset of each column, its row number before it, and what the column is called."""
        numbers = [number for _, number in keys]
        owners = self._names.datasets(self._owners(numbers).values())
        told = {number: self._columns[number] for number in numbers}
        return {
            (COLUMN, number): (owner, owners[owner], self._same.column_name(owners[owner], column))
            for number, (owner, column) in told.items()
        }

    def _owners(self, columns: Iterable[int]) -> dict[int, int]:
        """The dataset that leads for the owner of each of columns."""
        wanted = set(columns)
        rows = self._asked.rows(_COLUMNS, wanted - self._columns.keys())
        lead = self._same.datasets.leads(dataset for _, dataset, _ in rows)
        self._columns.update((number, (lead[dataset], name)) for number, dataset, name in rows)
        return {number: self._columns[number][0] for number in wanted}

    def _outputs(self, columns: set[int], direction: Direction) -> Iterable[int]:
        """The datasets whose column lineage may say something about columns."""
        if direction is Direction.UP:
            return self._owners(columns).values()
        return {dataset for (dataset,) in self._asked.rows(_BELOW, columns)}

    def _holding(self, datasets: Iterable[int]) -> list[_Stated]:
        """The last set of each job for each of datasets; several, if they were stated at one moment."""
        newest: dict[tuple[int, int], datetime] = {}
        rows = self._asked.rows(_HOLDING, self._same.datasets.together(datasets))
        lead = self._same.datasets.leads(dataset for _, dataset, *_ in rows)
        for job, dataset, last, *_ in rows:
            ends = (job, lead[dataset])
            newest[ends] = max(last, newest.get(ends, last))
        held = [row for row in rows if row[2] == newest[row[0], lead[row[1]]]]
        held.sort(key=lambda row: (row[0], row[3]))
        return [_Stated(job, lead[dataset], *stated) for job, dataset, _, _, *stated in held]

    def _sources(self, stated: Sequence[_Stated]) -> Mapping[_Stated, set[int]]:
        """Datasets whose columns can reach the output through the job: those with edges in the view of tables."""
        sources = self._tables.sources(each.job for each in stated)
        return {each: sources[each.job].get(each.dataset, set()) for each in stated}

    def _edges(
        self, sets: Iterable[int], columns: set[int], direction: Direction
    ) -> Iterator[tuple[int, int, int, str]]:
        """Set, source, target, transformation of the sets' edges at columns; wholes are spelt out."""
        wanted = set(sets)
        if direction is Direction.DOWN:
            rows = [row for row in self._asked.rows(_FROM, columns) if row[0] in wanted]
        else:
            rows = [row for row in self._asked.rows(_TO, columns) if row[0] in wanted]
            rows += self._asked.rows(_TO_ALL, wanted)
        members = self._members(set_id for set_id, _, target, _ in rows if target is None)
        for set_id, source, target, transformation in rows:
            for each in members[set_id] if target is None else (target,):
                if direction is Direction.DOWN or each in columns:
                    yield set_id, source, each, transformation

    def _members(self, sets: Iterable[int]) -> Mapping[int, list[int]]:
        members = defaultdict(list)
        for set_id, column in self._asked.rows(_MEMBERS, sets):
            members[set_id].append(column)
        return members


_column, _edge, _member = table_of(ColumnRow), table_of(ColumnEdgeRow), table_of(ColumnMemberRow)
_set, _stated, _folded = table_of(ColumnSetRow), table_of(RunColumnsRow), table_of(JobColumnsRow)
_written, _statement = table_of(JobFlowRow), table_of(StatementRow)

_COLUMNS = select(_column.c.id, _column.c.dataset_id, _column.c.name).where(among(_column.c.id))
_MEMBERS = select(_member.c.set_id, _member.c.column_id).where(among(_member.c.set_id))
_BELOW = (
    select(_folded.c.dataset_id)
    .join(_edge, _edge.c.set_id == _folded.c.set_id)
    .where(among(_edge.c.source_id), seen(_folded))
    .distinct()
)

_EDGES = select(_edge.c.set_id, _edge.c.source_id, _edge.c.target_id, _edge.c.transformation)
_FROM = _EDGES.where(among(_edge.c.source_id))
_TO = _EDGES.where(among(_edge.c.target_id))
_TO_ALL = _EDGES.where(among(_edge.c.set_id), _edge.c.target_id.is_(None))

_writers = (
    select(_written.c.job_id, _written.c.dataset_id)
    .where(among(_written.c.dataset_id), _written.c.direction == Flow.OUT.value, seen(_written))
    .distinct()
    .subquery("writers")
)
_other, _stated_itself = _stated.alias("other"), _stated.alias("stated_itself")


def _stands(table: FromClause) -> ColumnElement[bool]:
    """What was read from SQL stands unless the run states its columns itself."""
    itself = select(_stated_itself.c.id).where(
        _stated_itself.c.run_id == table.c.run_id,
        _stated_itself.c.dataset_id == table.c.dataset_id,
        not_(_stated_itself.c.derived),
        seen(_stated_itself),
    )
    return or_(not_(table.c.derived), not_(itself.correlate(table).exists()))


_last = (
    select(_other.c.event_time)
    .where(_other.c.job_id == _writers.c.job_id, _other.c.dataset_id == _writers.c.dataset_id, seen(_other))
    .where(_stands(_other))
    .order_by(_other.c.event_time.desc())
    .limit(1)
    .correlate(_writers)
    .scalar_subquery()
)
_holds = and_(
    _stated.c.job_id == _writers.c.job_id,
    _stated.c.dataset_id == _writers.c.dataset_id,
    _stated.c.event_time == _last,
    seen(_stated),
    _stands(_stated),
)
_first = and_(
    _folded.c.job_id == _stated.c.job_id,
    _folded.c.dataset_id == _stated.c.dataset_id,
    _folded.c.set_id == _stated.c.set_id,
    seen(_folded),
)
#: Job, dataset and the sets that the job stated last for it: when, digest, number, whether derived, since when,
#: known from when.
_HOLDING = (
    select(
        _writers.c.job_id,
        _writers.c.dataset_id,
        _stated.c.event_time,
        _set.c.digest,
        _set.c.id,
        _stated.c.derived,
        func.min(_folded.c.event_time),
        func.min(_statement.c.recorded_at),
    )
    .select_from(_writers)
    .join(_stated, _holds)
    .join(_set, _set.c.id == _stated.c.set_id)
    .join(_folded, _first)
    .join(_statement, _statement.c.seq == _folded.c.seq)
    .group_by(
        *(_writers.c.job_id, _writers.c.dataset_id, _stated.c.event_time, _set.c.digest, _set.c.id),
        _stated.c.derived,
    )
)
