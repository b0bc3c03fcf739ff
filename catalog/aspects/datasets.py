"""What the graph knew of the datasets of one event, read for all of them together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.aspects.view import ColumnStep, DatasetView
from catalog.graph.asked import LOG_SIZE, Asked, among, table_of
from catalog.graph.columns import COLUMN, ColumnLevel
from catalog.graph.orm import ColumnRow
from catalog.graph.stated_fields import fields_of
from catalog.graph.tables import DATASET, TableLevel
from catalog.graph.visible import Names
from catalog.graph.walk import Key
from catalog.identity.aliases import Aliases
from lineage.graph import Direction
from lineage.names import DatasetId
from lineage.times import Instants

#: Where, and in which environment, DataHub files a dataset.
File: TypeAlias = Callable[[DatasetId], DatasetId]


class Datasets:
    """At two times; `tables` is the level of tables at the same. `find` is `Aliases.find`, which may be kept."""

    def __init__(self, session: Session, at: Instants, same: Aliases, tables: TableLevel, file: File) -> None:
        self._asked = Asked(session, at)
        self._same = same
        self._tables = tables
        self._columns = ColumnLevel(session, at, same)
        self._names = Names(session, at, same)
        self._file = file

    def views(
        self, described: Mapping[DatasetId, str | None], rows: Mapping[DatasetId, tuple[int, ...]]
    ) -> list[DatasetView]:
        """Each dataset with what is said to describe it; `rows`: its row numbers."""
        leads = self._same.datasets.leads(row for each in rows.values() for row in each)
        lead = {dataset: leads[rows[dataset][0]] for dataset in described}
        sources = self._sources(lead.values())
        names = self._names.datasets(source for each in sources.values() for source in each)
        steps = self._steps({row for dataset in described for row in rows[dataset]})
        return [
            DatasetView(
                dataset=self._file(dataset),
                description=description,
                columns=fields_of(self._asked, self._same, dataset, rows[dataset]),
                upstreams=tuple(sorted({self._file(names[row]) for row in sources[lead[dataset]]})),
                steps=tuple(sorted(steps.get(lead[dataset], ()), key=ColumnStep.sort_key)),
            )
            for dataset, description in described.items()
        ]

    def _sources(self, datasets: Iterable[int]) -> dict[int, set[int]]:
        """The datasets that each of datasets derives from by way of one job."""
        wanted = set(datasets)
        above = self._above((DATASET, row) for row in wanted)
        jobs = {key for keys in above.values() for key in keys if key[0] != DATASET}
        beyond = self._above(jobs)
        found: dict[int, set[int]] = {}
        for row in wanted:
            near = above.get((DATASET, row), set())
            far = {end for key in near if key[0] != DATASET for end in beyond.get(key, ())}
            found[row] = {number for kind, number in near | far if kind == DATASET}
        return found

    def _above(self, keys: Iterable[Key]) -> Mapping[Key, set[Key]]:
        found: dict[Key, set[Key]] = defaultdict(set)
        for link in self._tables.links(list(keys), Direction.UP):
            found[link.target].add(link.source)
        return found

    def _steps(self, datasets: Iterable[int]) -> Mapping[int, list[ColumnStep]]:
        """What the columns of datasets derive from, by the row that leads for their dataset."""
        owned = self._same.columns.leads(row for (row,) in self._asked.rows(_OWNED, datasets))
        keys = [(COLUMN, row) for row in sorted(set(owned.values()))]
        links = list(self._columns.links(keys, Direction.UP)) if keys else []
        names = self._columns.names({end for link in links for end in (link.source, link.target)})
        found: dict[int, list[ColumnStep]] = defaultdict(list)
        for link in links:
            (_, source, column), (owner, _, target) = names[link.source], names[link.target]
            found[owner].append(
                ColumnStep(
                    source=self._file(source),
                    column=column,
                    target=target,
                    transformation=link.transformation,
                )
            )
        return found


_column = table_of(ColumnRow)
_OWNED = select(_column.c.id).where(_column.c.seq < LOG_SIZE, among(_column.c.dataset_id))
