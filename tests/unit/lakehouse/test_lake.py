"""Reading: exact versions, bindings, and clear words when something is not there or not whole."""

from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake

from lakehouse.errors import BadQuery, DamagedTable, NoSuchTable, NoSuchVersion
from lakehouse.lake import Lake
from lakehouse.writes import append
from lineage.names import TableName, TableVersion
from tests.support.lakes import LOANS, SCHEMA, binding, lake_of_loans, loans, run_id


def at(version: int) -> TableVersion:
    return TableVersion(table=LOANS, version=version)


def lake_with_three_months(root: Path) -> Lake:
    """Versions 0 (empty) to 3, one month each."""
    lake = lake_of_loans(root)
    for number in range(1, 4):
        append(lake, LOANS, loans(f"2024-0{number}", number), binding=binding(number))
    return lake


def test_each_version_is_read_as_it_was(tmp_path: Path) -> None:
    """Rows, types and columns of a version stay what they were, whatever came after."""
    lake = lake_with_three_months(tmp_path)
    assert [lake.read(at(version)).num_rows for version in range(4)] == [0, 1, 3, 6]
    assert all(lake.read(at(version)).schema.equals(SCHEMA) for version in range(4))
    assert lake.read(at(1)).equals(loans("2024-01", 1))


def test_columns_and_conditions_narrow_a_read(tmp_path: Path) -> None:
    """Columns come in the order asked for; the condition is SQL."""
    lake = lake_with_three_months(tmp_path)
    rows = lake.read(at(3), columns=["month", "id"], where="month >= '2024-02' and id like '%-1'")
    assert rows.column_names == ["month", "id"]
    assert sorted(rows["id"].to_pylist()) == ["A-2024-02-1", "A-2024-03-1"]


def test_history_tells_the_run_of_each_commit(tmp_path: Path) -> None:
    """Oldest first, with the binding parsed."""
    history = lake_with_three_months(tmp_path).history(LOANS)
    assert [commit.version for commit in history] == [0, 1, 2, 3]
    assert [commit.run for commit in history] == [run_id(number) for number in range(4)]
    assert {(commit.job, commit.actor, commit.code) for commit in history} == {
        ("lakeproof://jobs/test.job", "ann", "c0ffee")
    }
    assert [commit.operation for commit in history] == ["CREATE TABLE", "WRITE", "WRITE", "WRITE"]
    assert history[3].metrics["num_added_rows"] == 3
    assert sorted(commit.at for commit in history) == [commit.at for commit in history]


@pytest.mark.parametrize("claimed", [None, "by hand", "[1]", '{"run": "no uuid"}', '{"run": 7}'])
def test_a_commit_without_a_binding_has_no_run(tmp_path: Path, claimed: str | None) -> None:
    """Foreign commits are part of the history; what they claim is kept as text."""
    lake = lake_of_loans(tmp_path)
    if claimed is None:
        write_deltalake(lake.path(LOANS), loans("2024-01"), mode="append")
    else:
        append(lake, LOANS, loans("2024-01"), binding=claimed)
    commit = lake.history(LOANS)[-1]
    assert (commit.run, commit.claimed) == (None, claimed)


def test_fields_are_named_and_typed_as_delta_does(tmp_path: Path) -> None:
    """What schema facets and manifests are made of."""
    assert lake_of_loans(tmp_path).fields(at(0)) == (
        ("id", "string"),
        ("month", "string"),
        ("amount", "double"),
        ("at", "timestamp"),
        ("secret", "binary"),
    )


def test_files_are_those_on_disk(tmp_path: Path) -> None:
    """Path, size and rows of each data file of the version, and no others."""
    lake = lake_with_three_months(tmp_path)
    for version in range(4):
        files = lake.files(at(version))
        assert len(files) == version
        assert [file.size for file in files] == [
            (Path(lake.path(LOANS)) / file.path).stat().st_size for file in files
        ]
    assert sum(file.rows or 0 for file in lake.files(at(3))) == 6


def test_a_missing_table_names_its_neighbours(tmp_path: Path) -> None:
    """A slip of the pen is answered with what is there."""
    lake = lake_of_loans(tmp_path)
    with pytest.raises(NoSuchTable, match=r"bronze\.loan is not in the lake; did you mean bronze\.loans\?"):
        lake.newest(TableName.parse("bronze.loan"))
    with pytest.raises(NoSuchTable, match="lakeproof tables"):
        lake.history(TableName.parse("gold.nothing"))


def test_a_missing_version_names_the_newest(tmp_path: Path) -> None:
    """The message of the interfaces, word for word."""
    lake = lake_with_three_months(tmp_path)
    for act in (lake.at, lake.read, lake.files, lake.fields):
        with pytest.raises(NoSuchVersion) as caught:
            act(at(41))
        assert str(caught.value) == (
            "bronze.loans has no version 41 (newest 3); list them with `lakeproof history bronze.loans`"
        )


@pytest.mark.parametrize(("columns", "where"), [(["nope"], None), (None, "nope = 1"), (None, "month = = 1")])
def test_a_bad_question_is_no_fault(tmp_path: Path, columns: list[str] | None, where: str | None) -> None:
    """An unknown column or a condition that is no SQL is the asker's mistake."""
    with pytest.raises(BadQuery, match=r"bronze\.loans"):
        lake_with_three_months(tmp_path).read(at(3), columns=columns, where=where)


def test_the_lake_lists_its_tables_and_nothing_else(tmp_path: Path) -> None:
    """Empty logs, loose folders and names of others are not tables; an absent lake has none."""
    assert Lake(tmp_path / "nowhere").tables() == ()
    lake = lake_of_loans(tmp_path)
    (tmp_path / "gold" / "left" / "_delta_log").mkdir(parents=True)
    (tmp_path / "gold" / "loose").mkdir()
    DeltaTable.create(str(tmp_path / "gold" / "Not Ours"), SCHEMA)
    assert lake.tables() == (LOANS,)
    assert not lake.exists(TableName.parse("gold.left"))


def test_a_missing_data_file_is_said_without_rows_or_stack(tmp_path: Path) -> None:
    """What is wrong, where, and what to do; versions that do not need the file still read."""
    lake = lake_with_three_months(tmp_path)
    lost = lake.files(at(3))[-1]
    (Path(lake.path(LOANS)) / lost.path).unlink()
    with pytest.raises(DamagedTable, match=r"could not read bronze\.loans.*restore them from a backup"):
        lake.read(at(3))
    assert lake.read(at(2)).num_rows == 3


def test_an_overwritten_data_file_is_damage(tmp_path: Path) -> None:
    """Bytes that are no Parquet."""
    lake = lake_with_three_months(tmp_path)
    (Path(lake.path(LOANS)) / lake.files(at(1))[0].path).write_bytes(b"no parquet" * 300)
    with pytest.raises(DamagedTable):
        lake.read(at(1))


@pytest.mark.parametrize("damage", ["garbled", "empty", "gone"])
def test_a_damaged_log_is_said_in_one_line(tmp_path: Path, damage: str) -> None:
    """A commit of the log that is no JSON, or missing in the middle."""
    lake = lake_with_three_months(tmp_path)
    commit = Path(lake.path(LOANS)) / "_delta_log" / f"{1:020}.json"
    if damage == "gone":
        commit.unlink()
    else:
        commit.write_text('{"add": garb' if damage == "garbled" else "{}")
    if damage == "empty":
        assert lake.read(at(3)).num_rows < 6
        return
    with pytest.raises(DamagedTable) as caught:
        lake.read(at(3))
    assert "\n" not in str(caught.value)
