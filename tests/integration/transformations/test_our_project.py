"""The demo's dbt project, built for real: what its events say is what the Delta logs say."""

from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import SparkSession

from lakehouse.lake import Lake
from lakehouse.writes import replace_slice
from lineage.emitter import MemoryEmitter
from lineage.names import RunId, TableName, TableVersion
from tests.support.applications import APPLICATIONS, MONTHS, applications, load
from tests.support.lakes import binding
from tests.support.spark import fresh
from tests.support.told import Event, ended, recorder_to, versions
from transformations.request import Status, TransformOutcome, TransformRequest
from transformations.runner import transform

pytestmark = pytest.mark.spark

SILVER, PROTECTED, OUTCOMES, GOLD = TABLES = tuple(
    map(
        TableName.parse,
        (
            "silver.loan_applications",
            "silver.protected_attributes",
            "silver.loan_outcomes",
            "gold.loan_features",
        ),
    )
)


@dataclass(frozen=True, kw_only=True)
class Built:
    """The project, built once over three months; `events` are those of the first build."""

    lake: Lake
    spark: SparkSession
    rows: pa.Table
    outcome: TransformOutcome
    events: list[Event]

    def again(self, request: TransformRequest) -> tuple[TransformOutcome, list[Event]]:
        emitter = MemoryEmitter()
        outcome = transform(request, lake=self.lake, session=self.spark, recorder=recorder_to(emitter))
        return outcome, emitter.events


@pytest.fixture(scope="module")
def built(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Built:
    lake = Lake(tmp_path_factory.mktemp("ours") / "lake")
    fresh(spark, lake)
    rows = applications()
    load(lake, rows)
    emitter = MemoryEmitter()
    outcome = transform(TransformRequest(), lake=lake, session=spark, recorder=recorder_to(emitter))
    return Built(lake=lake, spark=spark, rows=rows, outcome=outcome, events=emitter.events)


def job(table: TableName) -> str:
    return f"transformations.{table}"


def content(lake: Lake, version: TableVersion) -> pa.Table:
    return lake.read(version).sort_by("application_id")


def test_every_node_is_a_run_under_the_run_of_the_build(built: Built) -> None:
    """START and COMPLETE once each, in pairs, all with the build as their parent."""
    assert built.outcome.ok, str(built.outcome)
    assert len(built.outcome.nodes) == 15
    starts = [event["run"]["runId"] for event in built.events if event["eventType"] == "START"]
    ends = [event["run"]["runId"] for event in built.events if event["eventType"] == "COMPLETE"]
    assert sorted(starts) == sorted(ends) and len(set(starts)) == len(starts) == 16
    parents = {e["run"]["facets"]["parent"]["run"]["runId"] for e in built.events[1:-1]}
    assert parents == {starts[0]} == {str(built.outcome.run.id)}


def test_reads_are_pinned_and_later_nodes_read_what_this_build_wrote(built: Built) -> None:
    """Each event's inputs carry the version that the compiled SQL names."""
    for table in (SILVER, PROTECTED, OUTCOMES):
        event = ended(built.events, job(table))
        assert versions(event["inputs"]) == {"bronze.loan_applications": "1"}
        assert "bronze.loan_applications version as of 1" in event["job"]["facets"]["sql"]["query"]
    gold = ended(built.events, job(GOLD))
    assert versions(gold["inputs"]) == {"silver.loan_applications": "0"}
    assert "silver.loan_applications version as of 0" in gold["job"]["facets"]["sql"]["query"]


def test_commits_and_events_agree_from_both_sides(built: Built) -> None:
    """Every commit names a run whose COMPLETE names that commit, and no COMPLETE names more."""
    told = {
        (output["name"], version, event["run"]["runId"])
        for event in built.events
        if event["eventType"] == "COMPLETE"
        for output in event.get("outputs", [])
        for version in output["facets"]["lakeproof_commits"]["versions"]
    }
    found = {
        (str(table), commit.version, str(commit.run))
        for table in TABLES
        for commit in built.lake.history(table)
        if commit.run in {node.run for node in built.outcome.nodes}
    }
    assert told == found and {name for name, _, _ in found} == set(map(str, TABLES))


def test_a_contract_holds_from_the_first_commit(built: Built) -> None:
    """The creating commit alone made the table: governed, its not_null constraints enforced."""
    for table in TABLES:
        first = built.lake.history(table)[0]
        assert (first.version, first.operation) == (0, "CREATE OR REPLACE TABLE AS SELECT")
        kept = {row.key: row.value for row in built.spark.sql(f"show tblproperties {table}").collect()}
        assert kept["delta.deletedFileRetentionDuration"] == "interval 2557 days"
        assert kept["delta.constraints.application_id_not_null"] == "application_id is not null"
        event = ended(built.events, job(table))
        assert event["outputs"][0]["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "CREATE"


def test_every_column_knows_its_sources(built: Built) -> None:
    """All columns of all tables: taken over by name, but for the two that are made."""
    made = {"decided_on": ("applied_on", "TRANSFORMATION"), "feature_time": ("applied_on", "TRANSFORMATION")}
    for table in TABLES:
        facets = ended(built.events, job(table))["outputs"][0]["facets"]
        source = str(SILVER) if table == GOLD else str(APPLICATIONS)
        expected = {
            field["name"]: [(source, *made.get(field["name"], (field["name"], "IDENTITY")))]
            for field in facets["schema"]["fields"]
        }
        found = {
            name: [
                (each["name"], each["field"], each["transformations"][0]["subtype"])
                for each in field["inputFields"]
            ]
            for name, field in facets["columnLineage"]["fields"].items()
        }
        assert found == expected
        assert all(field["description"] for field in facets["schema"]["fields"])


def test_protected_and_outcome_columns_stay_out_of_the_features(built: Built) -> None:
    """Neither by name nor by lineage does a feature stand on them."""
    facets = ended(built.events, job(GOLD))["outputs"][0]["facets"]
    forbidden = set("black hispan white male married old approve reject action typur min30 bd mi vr".split())
    assert not forbidden & {field["name"] for field in facets["schema"]["fields"]}
    used = {each["field"] for f in facets["columnLineage"]["fields"].values() for each in f["inputFields"]}
    assert not forbidden & used


def test_tests_are_assertions_about_the_tested_version(built: Built) -> None:
    """A test's run carries its result on the dataset it looked at, and on no other it read."""
    event = ended(built.events, "transformations.loan_features_of_known_applications")
    assert versions(event["inputs"]) == {"gold.loan_features": "0", "silver.loan_applications": "0"}
    stated = {i["name"]: i.get("inputFacets", {}).get("dataQualityAssertions") for i in event["inputs"]}
    assert stated["silver.loan_applications"] is None
    (assertion,) = stated["gold.loan_features"]["assertions"]
    assert assertion["success"] is True and assertion["assertion"] == "relationships"


def test_the_rows_are_the_source_s(built: Built) -> None:
    """What was read at the pinned version is what stands in the tables."""
    silver = content(built.lake, TableVersion(table=SILVER, version=0))
    expected = built.rows.sort_by("application_id").select(silver.column_names)
    assert silver.to_pylist() == expected.to_pylist()
    assert content(built.lake, TableVersion(table=OUTCOMES, version=0)).num_rows == built.rows.num_rows


def test_a_second_build_changes_nothing(built: Built) -> None:
    """No commit, no version; the runs say that they touched the tables and changed none."""
    before = {table: built.lake.newest(table) for table in TABLES}
    outcome, events = built.again(TransformRequest(select="silver.loan_outcomes loan_features"))
    assert outcome.ok and outcome.wrote == ()
    assert {table: built.lake.newest(table) for table in TABLES} == before
    for table in (OUTCOMES, GOLD):
        event = ended(events, job(table))
        assert [output["name"] for output in event["outputs"]] == [str(table)]
        assert versions(event["outputs"]) == {}


BACKFILL = TransformRequest(
    months=MONTHS[1:2],
    supersedes="a late correction",
    run_id=RunId(UUID(int=77)),
    select="+gold.loan_features",
)


@pytest.fixture(scope="module")
def before(built: Built) -> dict[TableName, TableVersion]:
    """The versions before the second month is corrected: one row changed, one gone, one new."""
    (month,) = BACKFILL.months
    rows = built.rows.filter(pc.equal(built.rows["drop_month"], month))
    amounts = pa.array([rows["loanamt"][1].as_py() + 1, *rows["loanamt"].to_pylist()[2:]])
    kept = rows.slice(1).set_column(rows.schema.get_field_index("loanamt"), "loanamt", amounts)
    new = rows.slice(0, 1).set_column(0, "application_id", pa.array(["A-999999"]))
    found = {table: built.lake.newest(table) for table in TABLES}
    where = f"drop_month = '{month}'"
    replace_slice(built.lake, APPLICATIONS, pa.concat_tables([kept, new]), where=where, binding=binding(2))
    return found


@pytest.fixture(scope="module")
def backfilled(built: Built, before: dict[TableName, TableVersion]) -> tuple[TransformOutcome, list[Event]]:
    return built.again(BACKFILL)


def test_a_backfill_of_a_month_touches_that_month_only(
    built: Built,
    before: dict[TableName, TableVersion],
    backfilled: tuple[TransformOutcome, list[Event]],
) -> None:
    """Three rows are merged into each table; files of other months stay as they are."""
    lake, (outcome, events), (month,) = built.lake, backfilled, BACKFILL.months
    assert outcome.ok, str(outcome)
    assert [(n.table, n.rows) for n in outcome.nodes if n.kind == "model"] == [(SILVER, 3), (GOLD, 3)]
    for table in (SILVER, GOLD):
        (wrote,) = (version for version in outcome.wrote if version.table == table)
        assert wrote.version == before[table].version + 1
        old, now = ({f.path for f in lake.files(v)} for v in (before[table], wrote))
        assert all(f"drop_month={month}" in path for path in old ^ now) and old ^ now
        assert lake.history(table)[wrote.version].metrics["numSourceRows"] == 3
        event = ended(events, job(table))
        (replaced,) = event["run"]["facets"]["lakeproof_supersedes"]["replaced"]
        assert replaced["version"] == str(before[table].version)
        assert replaced["where"] == f"drop_month in ('{month}')"
        assert "lifecycleStateChange" not in event["outputs"][0]["facets"]
    columns = ["application_id", "loanamt"]
    corrected = content(lake, TableVersion(table=APPLICATIONS, version=2)).select(columns)
    assert content(lake, outcome.wrote[0]).select(columns).to_pylist() == corrected.to_pylist()


def test_a_restarted_backfill_is_the_same_run(
    built: Built, backfilled: tuple[TransformOutcome, list[Event]]
) -> None:
    """It states the same commits under the same ids, and makes none."""
    newest = {table: built.lake.newest(table) for table in TABLES}
    outcome, _ = built.again(BACKFILL)
    assert [node.run for node in outcome.nodes] == [node.run for node in backfilled[0].nodes]
    assert outcome.wrote == backfilled[0].wrote
    assert {table: built.lake.newest(table) for table in TABLES} == newest


def test_a_test_that_fails_is_a_finding_and_stops_what_stands_on_it(built: Built) -> None:
    """The broken row is in silver, its assertion is false, and gold is not built from it."""
    lake, month = built.lake, MONTHS[0]
    source = lake.read(lake.newest(APPLICATIONS), where=f"drop_month = '{month}'")
    amounts = pa.array([-5, *source["loanamt"].to_pylist()[1:]])
    broken = source.set_column(source.schema.get_field_index("loanamt"), "loanamt", amounts)
    replace_slice(lake, APPLICATIONS, broken, where=f"drop_month = '{month}'", binding=binding(3))
    gold = lake.newest(GOLD)

    outcome, events = built.again(TransformRequest(months=(month,), select="+loan_features"))

    assert not outcome.ok
    statuses = {node.name: node.status for node in outcome.nodes}
    assert statuses["within_loan_applications"] is Status.FAILED
    assert statuses["gold.loan_features"] is Status.SKIPPED and lake.newest(GOLD) == gold
    failed = ended(events, "transformations.within_loan_applications")
    assert failed["eventType"] == "FAIL"
    (finding,) = failed["run"]["facets"]["lakeproof_findings"]["findings"]
    assert finding["kind"] == "failed-test"
    assert finding["subject"] == str(lake.newest(SILVER))
    (assertion,) = failed["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert assertion["success"] is False
    assert ended(events, "transformations.mortgage")["eventType"] == "FAIL"
