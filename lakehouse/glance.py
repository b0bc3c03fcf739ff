"""A lake looked at once: what one question reads of it. Nothing is written here."""

from pathlib import Path

from deltalake import DeltaTable

from lakehouse.lake import Lake
from lineage.names import TableName


class Glance(Lake):
    """A lake that opens each version of a table once and keeps it.

    For the length of one question: all its parts see the same newest version, and a commit made meanwhile does not
    come between them. Whoever asks again takes another glance.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._opened: dict[tuple[TableName, int | None], DeltaTable] = {}

    def open(self, table: TableName, version: int | None = None) -> DeltaTable:
        """As `Lake.open`; what was opened before is given again."""
        asked = (table, version)
        if asked not in self._opened:
            self._opened[asked] = super().open(table, version)
        return self._opened[asked]
