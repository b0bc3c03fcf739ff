"""Spark and delta-rs on the same tables, as the rooms use them side by side."""

import threading
from pathlib import Path

from pyspark.sql import SparkSession

from lakehouse.lake import Lake
from lakehouse.session import bound, register
from lakehouse.writes import append, written_by
from lineage.names import TableName, TableVersion
from tests.support.lakes import LOANS, binding, lake_of_loans, loans, run_id
from tests.support.spark import fresh

MERGE = """merge into bronze.loans t using
 (select id, month, amount + 1 as amount, at, secret from bronze.loans version as of 1) s on t.id = s.id
 when matched then update set * when not matched then insert *"""


def test_the_binding_is_in_the_history_whichever_engine_commits(spark: SparkSession, tmp_path: Path) -> None:
    """A table made by delta-rs takes Spark's MERGE and delta-rs's append again; each commit names its run."""
    lake = lake_of_loans(tmp_path / "lake")
    append(lake, LOANS, loans("2024-01"), binding=binding(1))
    fresh(spark, lake)
    with bound(spark, binding(2)):
        spark.sql(MERGE)
    append(lake, LOANS, loans("2024-02"), binding=binding(3))
    assert [commit.run for commit in lake.history(LOANS)] == [run_id(number) for number in range(4)]
    assert written_by(lake, LOANS, run_id(2)) == (TableVersion(table=LOANS, version=2),)
    assert {(commit.job, commit.actor, commit.code) for commit in lake.history(LOANS)} == {
        ("lakeproof://jobs/test.job", "ann", "c0ffee")
    }
    amounts = lake.read(TableVersion(table=LOANS, version=2), columns=["amount"])["amount"].to_pylist()
    assert amounts == [2.0, 2.0]


def test_registering_commits_nothing(spark: SparkSession, tmp_path: Path) -> None:
    """A session may look at a table without leaving a trace in its log."""
    lake = lake_of_loans(tmp_path / "lake")
    fresh(spark, lake)
    register(spark, lake)
    assert lake.newest(LOANS).version == 0


def test_a_binding_ends_with_its_block(spark: SparkSession, tmp_path: Path) -> None:
    """Bindings nest, and none is left for a commit outside."""
    lake = lake_of_loans(tmp_path / "lake")
    fresh(spark, lake)
    insert = "insert into bronze.loans values ('A-1', '2024-01', 1.0D, timestamp'2024-01-01', X'00')"
    with bound(spark, binding(1)):
        with bound(spark, binding(2)):
            spark.sql(insert)
        spark.sql(insert)
    spark.sql(insert)
    assert [commit.run for commit in lake.history(LOANS)] == [run_id(0), run_id(2), run_id(1), None]


def test_spark_reads_the_versions_that_delta_rs_reads(spark: SparkSession, tmp_path: Path) -> None:
    """Time travel gives the same rows in both engines."""
    lake = lake_of_loans(tmp_path / "lake")
    for number in range(1, 4):
        append(lake, LOANS, loans(f"2024-0{number}"), binding=binding(number))
    fresh(spark, lake)
    for version in range(4):
        rows = spark.sql(f"select id from bronze.loans version as of {version}").collect()
        assert sorted(row.id for row in rows) == sorted(
            lake.read(TableVersion(table=LOANS, version=version), columns=["id"])["id"].to_pylist()
        )


def test_two_engines_append_at_the_same_time(spark: SparkSession, tmp_path: Path) -> None:
    """Neither loses a row, neither waits for the other."""
    lake = lake_of_loans(tmp_path / "lake")
    fresh(spark, lake)
    versions: list[TableVersion | None] = []

    def write() -> None:
        versions.extend(
            append(lake, LOANS, loans(f"2024-{number:02}", 1), binding=binding(1)) for number in range(1, 13)
        )

    thread = threading.Thread(target=write)
    thread.start()
    with bound(spark, binding(2)):
        for number in range(3):
            values = f"'S-{number}', '2025-01', 1.0D, timestamp'2024-01-01', X'00'"
            spark.sql(f"insert into bronze.loans values ({values})")
    thread.join()
    assert lake.read(lake.newest(LOANS)).num_rows == 15
    assert written_by(lake, LOANS, run_id(1)) == tuple(versions)
    assert len(written_by(lake, LOANS, run_id(2))) == 3


def test_what_spark_creates_lies_in_the_lake(spark: SparkSession, tmp_path: Path) -> None:
    """A table created by SQL is in its schema's folder, found by delta-rs under its name."""
    lake = Lake(tmp_path / "lake")
    fresh(spark, lake)
    with bound(spark, binding(1)):
        spark.sql("create table gold.features using delta as select 'A' as id, 1L as n")
    name = TableName(schema="gold", table="features")
    assert lake.tables() == (name,)
    assert lake.read(lake.newest(name)).to_pylist() == [{"id": "A", "n": 1}]
    assert lake.history(name)[0].run == run_id(1)
