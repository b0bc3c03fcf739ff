"""Only what a failed creation left is cleaned away."""

from pathlib import Path

from lakehouse.lake import Lake
from lineage.names import TableName
from transformations.leftovers import remove_empty_log

TABLE = TableName.parse("silver.x")


def test_an_empty_log_goes(tmp_path: Path) -> None:
    """With its folder, also when Spark made folders and checksums of its own inside."""
    lake = Lake(tmp_path)
    log = tmp_path / "silver" / "x" / "_delta_log"
    (log / "_staged_commits").mkdir(parents=True)
    (log / ".00000000000000000000.json.crc").touch()
    assert remove_empty_log(lake, TABLE)
    assert not (tmp_path / "silver" / "x").exists()
    assert not remove_empty_log(lake, TABLE)


def test_a_log_with_anything_in_it_stays(tmp_path: Path) -> None:
    """Whatever it is: we do not know it."""
    log = tmp_path / "silver" / "x" / "_delta_log"
    log.mkdir(parents=True)
    (log / "note.txt").touch()
    assert not remove_empty_log(Lake(tmp_path), TABLE)
    assert (log / "note.txt").exists()


def test_data_beside_an_empty_log_stays(tmp_path: Path) -> None:
    """Files that no commit names are not ours to delete."""
    (tmp_path / "silver" / "x" / "_delta_log").mkdir(parents=True)
    (tmp_path / "silver" / "x" / "part.parquet").touch()
    assert remove_empty_log(Lake(tmp_path), TABLE)
    assert (tmp_path / "silver" / "x" / "part.parquet").exists()
