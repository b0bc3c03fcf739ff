"""The real tables that a statement may name, with their columns. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sqlglot import exp

from lineage.names import ColumnId, DatasetId
from lineage.sql.dialects import Dialect
from lineage.sql.relations import Column, Relation
from lineage.sql.sources import ColumnSource, Subtype, Unfollowed

#: (column name, SQL type) pairs in the table's order.
Fields: TypeAlias = Sequence[tuple[str, str]]

_HIVE_PATH = re.compile(r".*/([^/]+)\.db/([^/]+)/?")
#: A session's own catalogs, which nobody writes and some do.
_OWN_CATALOGS = frozenset({"spark_catalog", "awsdatacatalog", "hive_metastore"})


class Tables:
    """Datasets by the names that SQL may call them. `names`: further ones, such as symlinks."""

    def __init__(
        self,
        dialect: Dialect,
        schemas: Mapping[DatasetId, Fields],
        names: Mapping[DatasetId, Sequence[str]] | None = None,
    ) -> None:
        self._dialect = dialect
        self._schemas = schemas
        self._relations: dict[DatasetId, Relation] = {}
        self._spent = 0
        self._by_last: dict[str, list[tuple[tuple[str, ...], DatasetId]]] = {}
        every = dict.fromkeys([*schemas, *(names or {})])
        for dataset in every:
            for name in {dataset.name, *_hive_name(dataset.name), *(names or {}).get(dataset, ())}:
                parts = tuple(reversed(name.lower().split(".")))
                self._by_last.setdefault(parts[0], []).append((parts, dataset))

    def dataset(self, table: exp.Table) -> DatasetId | None:
        """The dataset that a statement's table is, or None. Raises Unfollowed where it may be several."""
        parts = [part.name.lower() for part in table.parts]
        if len(parts) > 1 and parts[0] in _OWN_CATALOGS:
            del parts[0]
        wanted = tuple(reversed(".".join(parts).split(".")))
        found: dict[DatasetId, int] = {}
        for name, dataset in self._by_last.get(wanted[0], ()):
            shared = min(len(name), len(wanted))
            if name[:shared] == wanted[:shared]:
                found[dataset] = max(shared + (len(name) == len(wanted)), found.get(dataset, 0))
        best = [dataset for dataset, shared in found.items() if shared == max(found.values())]
        if len(best) > 1:
            raise Unfollowed(f"table {spelt(table)}, which may be any of {len(best)} datasets")
        return best[0] if best else None

    def relation(self, table: exp.Table) -> Relation:
        """The columns of a statement's table. Raises Unfollowed where they are not known."""
        dataset = self.dataset(table)
        if dataset is None or not self._schemas.get(dataset):
            raise Unfollowed(f"table {spelt(table)}, whose schema is not known")
        return self.columns(dataset)

    def columns(self, dataset: DatasetId) -> Relation:
        """The columns of a dataset; none where they are not known."""
        known = self._relations.get(dataset)
        if known is None:
            fields = self._schemas.get(dataset) or ()
            keys = self._dialect.keys([name for name, _ in fields])
            columns = [
                Column(
                    name=name,
                    key=key,
                    sources=frozenset(
                        {
                            ColumnSource(
                                column=ColumnId(dataset=dataset, column=name), subtype=Subtype.IDENTITY
                            )
                        }
                    ),
                    type=type_,
                )
                for key, (name, type_) in zip(keys, fields, strict=True)
            ]
            known = self._relations[dataset] = Relation(columns=columns)
        return known

    def spend(self, sources: int, most: int) -> None:
        """Count sources made on the way. Raises Unfollowed when there are more than `most`."""
        self._spent += sources
        if self._spent > most:
            raise Unfollowed(f"more than {most} sources")


def spelt(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)


def _hive_name(name: str) -> tuple[str, ...]:
    """`db.table` of a path that ends in `db.db/table`."""
    found = _HIVE_PATH.fullmatch(name)
    return (f"{found[1]}.{found[2]}",) if found else ()
