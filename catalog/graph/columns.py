"""The level of columns: at each moment, the last column lineage that each job stated for its output holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from catalog.graph.identities import batches
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
from catalog.graph.visible import Names, column_node, rows_in, visible
from catalog.graph.walk import Key, Link
from lineage.certainty import Certainty
from lineage.graph import Direction, Node
from lineage.times import Instants

COLUMN = "column"


class ColumnLevel:
    """Keys are ("column", row)."""

    def __init__(self, session: Session, at: Instants) -> None:
        self._session = session
        self._at = at
        self._names = Names(session)
        self._tables = TableLevel(session, at)

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterator[Link]:
        columns = [number for _, number in keys]
        targets = self._outputs_touched(columns, direction)
        for job, dataset, set_id, since, known in self._live_sets(targets):
            sources = self._sources(job, dataset)
            for source, owner, target, transformation in self._edges(set_id, columns, direction):
                if owner in sources:
                    yield Link(
                        source=(COLUMN, source),
                        target=(COLUMN, target),
                        certainty=Certainty.DECLARED,
                        transformation=transformation,
                        valid_from=since,
                        known_from=known,
                    )

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        query = select(ColumnRow.id, ColumnRow.dataset_id, ColumnRow.name)
        rows = rows_in(self._session, query, ColumnRow.id, (number for _, number in keys))
        names = self._names.datasets(dataset for _, dataset, _ in rows)
        return {(COLUMN, number): column_node(names[dataset], name) for number, dataset, name in rows}

    def _outputs_touched(self, columns: Sequence[int], direction: Direction) -> set[int]:
        """The datasets whose column lineage may say something about columns."""
        if direction is Direction.UP:
            query = select(ColumnRow.dataset_id).distinct()
            return {dataset for (dataset,) in rows_in(self._session, query, ColumnRow.id, columns)}
        down = (
            select(RunColumnsRow.dataset_id)
            .join(ColumnEdgeRow, ColumnEdgeRow.set_id == RunColumnsRow.set_id)
            .distinct()
        )
        return {dataset for (dataset,) in rows_in(self._session, down, ColumnEdgeRow.source_id, columns)}

    def _live_sets(self, datasets: Iterable[int]) -> Iterator[tuple[int, int, int, datetime, datetime]]:
        """Job, dataset, set, since when, known from when: the last set of each job for each of datasets."""
        table = RunColumnsRow
        query = (
            select(
                table.job_id,
                table.dataset_id,
                func.max(table.event_time),
                ColumnSetRow.digest,
                table.set_id,
                func.min(table.event_time),
                func.min(StatementRow.recorded_at),
            )
            .join(ColumnSetRow, ColumnSetRow.id == table.set_id)
            .join(StatementRow, StatementRow.seq == table.seq)
            .where(visible(table, self._at))
            .group_by(table.job_id, table.dataset_id, table.set_id, ColumnSetRow.digest)
        )
        newest: dict[tuple[int, int], tuple[datetime, str, int, datetime, datetime]] = {}
        for row in rows_in(self._session, query, table.dataset_id, datasets):
            job, dataset, last, digest, set_id, since, known = row
            stated = (last, digest, set_id, since, known)
            newest[job, dataset] = max(newest.get((job, dataset), stated), stated)
        for (job, dataset), (_, _, set_id, since, known) in newest.items():
            yield job, dataset, set_id, since, known

    def _edges(
        self, set_id: int, columns: Sequence[int], direction: Direction
    ) -> Iterator[tuple[int, int, int, str]]:
        """Source, its dataset, target, transformation of edges at columns; wholes are spelt out."""
        table = ColumnEdgeRow
        members = self._members(set_id)
        query = (
            select(table.source_id, ColumnRow.dataset_id, table.target_id, table.transformation)
            .join(ColumnRow, ColumnRow.id == table.source_id)
            .where(table.set_id == set_id)
        )
        for batch in batches(columns):
            if direction is Direction.UP:
                at_columns = query.where(or_(table.target_id.in_(batch), table.target_id.is_(None)))
            else:
                at_columns = query.where(table.source_id.in_(batch))
            here = set(batch)
            for source, owner, target, transformation in self._session.execute(at_columns):
                for each in members if target is None else (target,):
                    if direction is Direction.DOWN or each in here:
                        yield source, owner, each, transformation

    def _members(self, set_id: int) -> tuple[int, ...]:
        query = select(ColumnMemberRow.column_id).where(ColumnMemberRow.set_id == set_id)
        return tuple(self._session.scalars(query))

    def _sources(self, job: int, dataset: int) -> set[int]:
        """Datasets whose columns can reach dataset through job: those with edges in the view of tables."""
        flows = defaultdict(set)
        for edge in self._tables.edges([job])[job]:
            flows[edge.direction].add(edge.dataset)
        return flows[Flow.IN] | {dataset} if dataset in flows[Flow.OUT] else set()
