"""Manifests: a pinned version is these bytes and no others."""

from pathlib import Path

import pytest

from lakehouse.errors import DamagedTable
from lakehouse.lake import Lake
from lakehouse.manifest import Manifest, check, manifest
from lakehouse.writes import append, replace_slice
from lineage.certainty import Failed, NotCheckable, Verified
from lineage.errors import BadInput
from lineage.names import TableVersion
from tests.support.lakes import LOANS, binding, lake_of_loans, loans


def pinned(root: Path) -> tuple[Lake, TableVersion, Manifest]:
    """A lake, its newest version of two files, and the manifest of that."""
    lake = lake_of_loans(root)
    for month in ("2024-01", "2024-02"):
        append(lake, LOANS, loans(month), binding=binding(1))
    version = lake.newest(LOANS)
    return lake, version, manifest(lake, version)


def test_a_manifest_holds_while_the_table_goes_on(tmp_path: Path) -> None:
    """Later commits, even replacing its rows, change nothing about a version."""
    lake, version, before = pinned(tmp_path)
    replace_slice(lake, LOANS, loans("2024-01", 5), where="month = '2024-01'", binding=binding(2))
    assert manifest(lake, version) == before
    assert isinstance(check(lake, before), Verified)
    assert (before.rows, len(before.files), before.version) == (4, 2, 2)


def test_a_flipped_byte_is_found_and_named(tmp_path: Path) -> None:
    """One bit of one data file, its size unchanged."""
    lake, _, before = pinned(tmp_path)
    victim = Path(lake.path(LOANS)) / before.files[1].path
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    verdict = check(lake, before)
    assert isinstance(verdict, Failed)
    assert before.files[1].path in verdict.reason


def test_a_missing_file_fails_and_a_missing_version_cannot_be_checked(tmp_path: Path) -> None:
    """What is gone is a failure; what was never there, or a lake without the table, is not checkable."""
    lake, version, before = pinned(tmp_path / "lake")
    (Path(lake.path(LOANS)) / before.files[0].path).unlink()
    with pytest.raises(DamagedTable, match=r"lacks its data file month=2024-01/.*; restore"):
        manifest(lake, version)
    assert isinstance(check(lake, before), Failed)
    assert isinstance(check(Lake(tmp_path / "empty"), before), NotCheckable)


def test_another_table_of_the_same_rows_is_another_table(tmp_path: Path) -> None:
    """Dropped and loaded again is not the version that was pinned."""
    _, _, before = pinned(tmp_path / "one")
    lake, _, after = pinned(tmp_path / "two")
    assert before.schema_hash == after.schema_hash
    verdict = check(lake, before)
    assert isinstance(verdict, Failed)
    assert "table_id" in verdict.reason


def test_a_manifest_survives_its_json(tmp_path: Path) -> None:
    """To JSON and back is the identity; a broken one is refused."""
    _, _, before = pinned(tmp_path)
    document = before.to_json()
    assert Manifest.from_json(document) == before
    assert Manifest.from_json(document).digest == before.digest
    for broken in (
        {},
        {**document, "files": None},
        {**document, "version": "x"},
        {**document, "files": [{}]},
    ):
        with pytest.raises(BadInput, match="no manifest"):
            Manifest.from_json(broken)
