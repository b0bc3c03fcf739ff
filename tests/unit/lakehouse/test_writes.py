"""Writing: what lands, what is refused, and what is done once."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from lakehouse.errors import NoSuchTable, SchemaMismatch
from lakehouse.lake import Lake
from lakehouse.writes import append, applied, replace_slice, written_by
from lineage.names import TableName, TableVersion
from tests.support.lakes import LOANS, binding, lake_of_loans, loans, run_id


def ids(lake: Lake) -> list[str]:
    return sorted(lake.read(lake.newest(LOANS), columns=["id"])["id"].to_pylist())


def test_an_append_says_its_version(tmp_path: Path) -> None:
    """One commit, its version returned and bound to the run."""
    lake = lake_of_loans(tmp_path)
    version = append(lake, LOANS, loans("2024-01"), binding=binding(7))
    assert version == TableVersion(table=LOANS, version=1) == lake.newest(LOANS)
    assert written_by(lake, LOANS, run_id(7)) == (version,)
    assert written_by(lake, LOANS, run_id(8)) == ()


def test_a_numbered_write_happens_once(tmp_path: Path) -> None:
    """The same number of the same application, or a lower one, changes nothing; others are free."""
    lake = lake_of_loans(tmp_path)

    def write(once: tuple[str, int]) -> TableVersion | None:
        return append(lake, LOANS, loans("2024-01"), binding=binding(1), once=once)

    assert not applied(lake, LOANS, ("load", 3))
    assert write(("load", 3)) is not None
    assert applied(lake, LOANS, ("load", 3))
    assert write(("load", 3)) is None
    assert write(("load", 2)) is None
    assert lake.newest(LOANS).version == 1
    assert write(("load", 4)) is not None
    assert write(("other", 1)) is not None
    assert lake.read(lake.newest(LOANS)).num_rows == 6


def test_a_slice_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    """One commit that removes what matches and adds what comes; empty data removes the slice."""
    lake = lake_of_loans(tmp_path)
    for month in ("2024-01", "2024-02"):
        append(lake, LOANS, loans(month), binding=binding(1))
    where = "month = '2024-02'"
    once = ("backfill", 1)
    assert replace_slice(lake, LOANS, loans("2024-02", 3), where=where, binding=binding(2), once=once)
    assert replace_slice(lake, LOANS, loans("2024-02", 9), where=where, binding=binding(2), once=once) is None
    assert ids(lake) == [*(f"A-2024-01-{n}" for n in range(2)), *(f"A-2024-02-{n}" for n in range(3))]
    replace_slice(lake, LOANS, loans("2024-02", 0), where=where, binding=binding(3))
    assert ids(lake) == ["A-2024-01-0", "A-2024-01-1"]


def test_rows_outside_the_slice_are_refused_and_not_shown(tmp_path: Path) -> None:
    """Nothing is written, and the message carries no row."""
    lake = lake_of_loans(tmp_path)
    with pytest.raises(SchemaMismatch) as caught:
        replace_slice(lake, LOANS, loans("2024-01"), where="month = '2024-02'", binding=binding(1))
    assert "lie outside the slice month = '2024-02'" in str(caught.value)
    assert "A-2024" not in str(caught.value)
    assert lake.newest(LOANS).version == 0


def test_data_that_does_not_fit_is_refused_with_every_fault(tmp_path: Path) -> None:
    """Missing, unknown and wrongly typed columns, all at once; nothing is written."""
    lake = lake_of_loans(tmp_path)
    data = loans("2024-01").drop_columns(["at"]).append_column("extra", pa.array([1, 2]))
    data = data.set_column(data.column_names.index("amount"), "amount", pa.array(["much", "little"]))
    with pytest.raises(SchemaMismatch) as caught:
        append(lake, LOANS, data, binding=binding(1))
    for said in ("column at is missing", "column extra is not in the table", "column amount is string"):
        assert said in str(caught.value)
    assert lake.newest(LOANS).version == 0


def test_column_order_and_lossless_types_are_adapted(tmp_path: Path) -> None:
    """Integers for a double column and another order are no fault; a date that is no timestamp is cast."""
    lake = lake_of_loans(tmp_path)
    data = loans("2024-01", 1).select(["secret", "at", "amount", "month", "id"])
    data = data.set_column(2, "amount", pa.array([5])).set_column(1, "at", pa.array([date(2025, 1, 1)]))
    append(lake, LOANS, data, binding=binding(1))
    assert lake.read(lake.newest(LOANS), columns=["amount"])["amount"].to_pylist() == [5.0]


def test_a_table_must_exist_before_it_is_written(tmp_path: Path) -> None:
    """A write never creates a table: it would be ungoverned."""
    with pytest.raises(NoSuchTable):
        append(Lake(tmp_path), TableName.parse("bronze.new"), loans("2024-01"), binding=binding(1))
    assert list(tmp_path.iterdir()) == []
