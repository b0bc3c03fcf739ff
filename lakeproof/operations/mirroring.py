"""The log mirrored to the lake, and the record made again from that table alone."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakehouse.mirror import DeltaMirror
from lakeproof.home import Home
from lakeproof.settings import Settings
from lakeproof.workspace import Workspace
from lineage.errors import NotFound
from lineage.mirrored import ENTRIES
from lineage.times import system_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """How many entries were carried now, and how many the mirror has."""

    carried: int
    entries: int


def log_mirror(workspace: Workspace) -> DeltaMirror:
    """The mirror of the home's log in its own lake."""
    return DeltaMirror(workspace.lake, on=_today())


def mirror(workspace: Workspace) -> Mirrored:
    """Carry to the mirror what it has not got. Raises Refused for an entry that is not what was sealed."""
    found = log_mirror(workspace)
    carried = workspace.catalog.mirroring(found).catch_up()
    return Mirrored(carried=carried, entries=found.size(workspace.catalog.log.verifier.partition("+")[0]))


def restore(settings: Settings, folder: Path) -> int:
    """Make the home's record again from the mirror in a folder, in an empty database. Returns its entries.

    The folder is the table's, or that of the lake, or of the home that has it. Raises NotFound, Refused, BadInput.
    """
    home = Home(root=settings.home)
    restored = Catalog.restore(
        home.root, DeltaMirror(_lake_of(folder), on=_today()), database=settings.database
    )
    home.make()
    return restored


def _lake_of(folder: Path) -> Lake:
    given = folder.absolute()
    for root in (given.parent.parent, given, given / "lake"):
        table = root / ENTRIES.schema / ENTRIES.table
        if (table / "_delta_log").is_dir() and (root != given.parent.parent or table == given):
            return Lake(root)
    raise NotFound(
        f"there is no mirror of a log in {folder}",
        next_move=f"name the folder of the table {ENTRIES}, of its lake, or of the home that has it",
    )


def _today() -> date:
    return system_clock().date()
