"""Which version of each table a build reads: chosen once at its start, moved only by its own commits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from lakehouse.lake import Lake
from lineage.names import TableName, TableVersion, at_versions
from transformations.errors import BadSelection
from transformations.nodes import Node


class Pins:
    """The version that every table of the project is read at."""

    def __init__(self, versions: Iterable[TableVersion]) -> None:
        self._versions = {version.table: version for version in versions}

    @classmethod
    def chosen(cls, lake: Lake, nodes: Mapping[str, Node], at: Sequence[TableVersion]) -> Self:
        """The newest version of every table of the project, or the one asked for.

        Raises BadSelection for a table that nothing reads, NotFound for a version that does not exist.
        """
        named = {node.table for node in nodes.values() if node.table is not None}
        strangers = [version for version in at if version.table not in named]
        if strangers:
            raise BadSelection(
                f"nothing in the project reads {at_versions(strangers)}",
                next_move=f"it reads {', '.join(sorted(map(str, named)))}",
            )
        newest = [lake.newest(table) for table in lake.tables() if table in named]
        return cls([*newest, *(lake.at(version) for version in at)])

    def of(self, tables: Iterable[TableName]) -> tuple[TableVersion, ...]:
        """The versions of these tables; one that does not exist yet has none."""
        return tuple(self._versions[table] for table in tables if table in self._versions)

    def moved(self, version: TableVersion) -> None:
        """This build committed a newer version: what comes later reads that."""
        self._versions[version.table] = version

    def known(self) -> tuple[TableName, ...]:
        return tuple(self._versions)


def slice_of(node: Node, months: Sequence[str]) -> str:
    """The condition of the rows that a run restricted to months may replace."""
    if not node.slice_by or not months:
        return "true"
    return f"{node.slice_by} in ({', '.join(repr(month) for month in months)})"
