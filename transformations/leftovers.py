"""What a failed creation leaves behind: an empty log where a table would be, which Spark refuses to read."""

from pathlib import Path

from lakehouse.lake import Lake
from lineage.names import TableName


def remove_empty_log(lake: Lake, table: TableName) -> bool:
    """Remove the folders of a table without any commit and any file; True if there were some."""
    folder = Path(lake.path(table))
    log = folder / "_delta_log"
    if lake.exists(table) or not log.is_dir():
        return False
    if any(entry.is_file() and not entry.name.startswith(".") for entry in log.rglob("*")):
        return False
    for entry in sorted(log.rglob("*"), reverse=True):
        entry.rmdir() if entry.is_dir() else entry.unlink()
    log.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
    return True
