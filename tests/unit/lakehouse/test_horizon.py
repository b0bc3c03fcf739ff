"""Horizons: a promise that a table cannot keep is found before somebody needs the past."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deltalake import DeltaTable

from lakehouse.horizon import Horizon, horizons
from lakehouse.lake import Lake
from lakehouse.writes import append, replace_slice
from tests.support.lakes import LOANS, SCHEMA, binding, lake_of_loans, loans

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def only(lake: Lake, at: datetime = NOW) -> Horizon:
    (found,) = horizons(lake, at=at)
    return found


def test_a_governed_table_keeps_its_promise(tmp_path: Path) -> None:
    """Promised, configured and found agree: no finding."""
    found = only(lake_of_loans(tmp_path))
    assert found.findings == ()
    assert found.promised is not None
    assert (found.promised.days, found.log_days, found.file_days, found.oldest, found.newest) == (
        2557,
        2557,
        2557,
        0,
        0,
    )


def test_a_shortened_retention_is_critical(tmp_path: Path) -> None:
    """Whoever lowered a property is found out before a file is gone."""
    lake = lake_of_loans(tmp_path)
    DeltaTable(lake.path(LOANS)).alter.set_table_properties(
        {"delta.deletedFileRetentionDuration": "interval 7 days"}
    )
    found = only(lake)
    assert [finding.kind for finding in found.findings] == ["short-horizon"]
    assert found.file_days == 7
    assert found.findings[0].evidence == {"delta.deletedFileRetentionDuration": "interval 7 days"}


def test_a_table_without_a_class_is_a_finding(tmp_path: Path) -> None:
    """Delta's defaults are stated as what they are: 30 days of log, 7 of files."""
    lake = Lake(tmp_path)
    DeltaTable.create(lake.path(LOANS), SCHEMA)
    found = only(lake)
    assert [finding.kind for finding in found.findings] == ["ungoverned-table"]
    assert (found.promised, found.log_days, found.file_days) == (None, 30, 7)


def test_a_lost_past_is_critical_until_the_class_has_run_out(tmp_path: Path) -> None:
    """Versions whose log or files are gone are counted; after the promised days their going is no finding."""
    lake = lake_of_loans(tmp_path)
    append(lake, LOANS, loans("2024-01"), binding=binding(1))
    (old,) = lake.files(lake.newest(LOANS))
    DeltaTable(lake.path(LOANS)).create_checkpoint()
    (Path(lake.path(LOANS)) / "_delta_log" / f"{0:020}.json").unlink()
    assert only(lake).oldest == 1
    replace_slice(lake, LOANS, loans("2024-01", 3), where="month = '2024-01'", binding=binding(2))
    (Path(lake.path(LOANS)) / old.path).unlink()
    found = only(lake)
    assert (found.oldest, found.newest) == (2, 2)
    assert [finding.kind for finding in found.findings] == ["past-lost"]
    assert "versions 0 to 1" in found.findings[0].message
    assert only(lake, at=datetime.now(UTC) + timedelta(days=2558)).findings == ()


def test_a_newest_version_without_its_files_has_no_horizon(tmp_path: Path) -> None:
    """A version that lacks a file is not readable, even the newest."""
    lake = lake_of_loans(tmp_path)
    append(lake, LOANS, loans("2024-01"), binding=binding(1))
    DeltaTable(lake.path(LOANS)).create_checkpoint()
    (Path(lake.path(LOANS)) / "_delta_log" / f"{0:020}.json").unlink()
    (file,) = lake.files(lake.newest(LOANS))
    (Path(lake.path(LOANS)) / file.path).unlink()
    found = only(lake)
    assert found.oldest is None
    assert "versions 0 to 1" in found.findings[0].message
