"""Creation: governed from the first commit, idempotent, and never mistaken for another table."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from lakehouse.errors import SchemaMismatch
from lakehouse.lake import Lake
from lakehouse.retention import policy, retention
from lakehouse.tables import create_table, govern, governed_properties
from lineage.errors import NotFound
from tests.support.lakes import DAY, LOANS, SCHEMA, binding, lake_of_loans, loans_spec, run_id

GOVERNED = {
    "delta.logRetentionDuration": "interval 2557 days",
    "delta.deletedFileRetentionDuration": "interval 2557 days",
    "delta.enableExpiredLogCleanup": "false",
    "delta.enableDeletionVectors": "false",
    "lakeproof.retentionClass": "decision",
}


def test_a_table_is_governed_from_its_first_commit(tmp_path: Path) -> None:
    """The properties of its class, its partitions and its run are in version 0."""
    lake = lake_of_loans(tmp_path)
    metadata = DeltaTable(lake.path(LOANS)).metadata()
    assert metadata.configuration == GOVERNED == governed_properties(loans_spec().retention)
    assert (metadata.partition_columns, metadata.description) == (["month"], "Loans")
    assert [commit.run for commit in lake.history(LOANS)] == [run_id(0)]


def test_creating_twice_creates_once(tmp_path: Path) -> None:
    """The second time commits nothing."""
    lake = lake_of_loans(tmp_path)
    assert create_table(lake, loans_spec(), binding(1)).version == 0


def test_another_table_under_the_name_is_refused(tmp_path: Path) -> None:
    """Every difference is told: columns of either side, types, partitions."""
    lake = lake_of_loans(tmp_path)
    other = pa.schema([*list(SCHEMA)[:2], ("amount", pa.string()), *list(SCHEMA)[3:4], ("new", pa.int64())])
    with pytest.raises(SchemaMismatch) as caught:
        create_table(lake, replace(loans_spec(), schema=other, partition_by=()), binding(1))
    for said in ("amount is double, declared string", "new is absent", "secret is binary", "('month',)"):
        assert said in str(caught.value)


def test_what_a_failed_creation_left_is_taken_over(tmp_path: Path) -> None:
    """An empty log folder is no table, and no obstacle."""
    (tmp_path / "bronze" / "loans" / "_delta_log").mkdir(parents=True)
    assert lake_of_loans(tmp_path).newest(LOANS).version == 0


def test_a_foreign_table_can_be_governed_afterwards(tmp_path: Path) -> None:
    """One bound commit, and none the second time."""
    lake = Lake(tmp_path)
    DeltaTable.create(lake.path(LOANS), SCHEMA, configuration={"delta.appendOnly": "true"})
    assert govern(lake, LOANS, retention("decision", on=DAY), binding(1)).version == 1
    assert govern(lake, LOANS, retention("decision", on=DAY), binding(2)).version == 1
    assert DeltaTable(lake.path(LOANS)).metadata().configuration == {**GOVERNED, "delta.appendOnly": "true"}
    assert lake.history(LOANS)[-1].run == run_id(1)


def test_the_policy_is_dated_and_grounded() -> None:
    """Each class has days and a basis; none applies before it was in force; unknown ones list the known."""
    assert {row.name: row.days for row in policy()} == {
        "decision": 2557,
        "model": 3653,
        "run": 2557,
        "access": 1827,
        "identity": 2557,
    }
    assert all(row.basis and row.clock for row in policy())
    with pytest.raises(NotFound, match="choose one of: access, decision, identity, model, run"):
        retention("forever", on=DAY)
    with pytest.raises(NotFound, match="in force on 1999-01-01"):
        retention("decision", on=date(1999, 1, 1))
