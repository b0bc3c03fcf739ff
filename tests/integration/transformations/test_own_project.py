"""A dbt project of a user's own, untouched by us: pinned, bound, recorded; and what happens when it is faulty."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.lake import Lake
from lakehouse.tables import create_table
from lakehouse.writes import append
from lineage.emitter import Event as AnyEvent
from lineage.emitter import MemoryEmitter
from lineage.errors import Fault, NotFound
from lineage.names import TableName, TableVersion
from tests.support.lakes import LOANS, binding, loans, loans_spec
from tests.support.spark import fresh
from tests.support.told import Event, ended, recorder_to, versions
from transformations.errors import BadProject, BadSelection
from transformations.request import Status, TransformOutcome, TransformRequest
from transformations.runner import transform

pytestmark = pytest.mark.spark

FILES = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: whatever\n",
    "seeds/rates.csv": "month,rate\n2024-01,2\n2024-02,3\n",
    "models/sources.yml": "sources: [{name: bronze, schema: bronze, tables: [{name: loans}]}]",
    "models/stg_loans.sql": "select id, month, amount from {{ source('bronze', 'loans') }}",
    "models/owed.sql": (
        "{{ config(materialized='table', post_hook='update {{ this }} set owed = owed + 1 where owed < 0') }}"
        "select l.month, sum(l.amount * r.rate) as owed from {{ ref('stg_loans') }} l"
        " join {{ ref('rates') }} r on l.month = r.month group by l.month"
    ),
    "models/latest.sql": (
        "{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id') }}"
        "select id, amount from {{ ref('stg_loans') }}"
    ),
    "tests/owed_is_positive.sql": "select * from {{ ref('owed') }} where owed < 0",
}
OWED = TableName.parse("shop.owed")
RATES = TableName.parse("shop.rates")


@dataclass(frozen=True, kw_only=True)
class Shop:
    folder: Path
    lake: Lake
    spark: SparkSession

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text, encoding="utf-8")

    def build(self, select: str = "", *at: str) -> tuple[TransformOutcome, list[Event]]:
        emitter = MemoryEmitter()
        return self.through(emitter, select, *at), emitter.events

    def through(self, emitter: MemoryEmitter, select: str, *at: str) -> TransformOutcome:
        pins = tuple(map(TableVersion.parse, at))
        request = TransformRequest(project=self.folder, select=select, at=pins)
        return transform(request, lake=self.lake, session=self.spark, recorder=recorder_to(emitter))


@pytest.fixture
def shop(spark: SparkSession, tmp_path: Path) -> Shop:
    lake = Lake(tmp_path / "lake")
    create_table(lake, loans_spec(), binding(1))
    append(lake, LOANS, loans("2024-01", amount=10.0), binding=binding(1))
    append(lake, LOANS, loans("2024-02", amount=20.0), binding=binding(2))
    fresh(spark, lake)
    made = Shop(folder=tmp_path / "shop", lake=lake, spark=spark)
    made.write(FILES)
    return made


def test_a_foreign_project_is_recorded_like_ours(shop: Shop) -> None:
    """Seeds keep their history, views are read through, hooks are bound, and the project's folder stays as it was."""
    outcome, events = shop.build("", "bronze.loans@1")
    assert outcome.ok, str(outcome)
    owed = ended(events, "transformations.shop.owed")
    assert versions(owed["inputs"]) == {"bronze.loans": "1", "shop.rates": "1"}
    assert shop.lake.read(TableVersion(table=OWED, version=0)).to_pylist() == [
        {"month": "2024-01", "owed": 40.0}
    ]
    columns = owed["outputs"][0]["facets"]["columnLineage"]["fields"]["owed"]["inputFields"]
    assert {(c["name"], c["field"], c["transformations"][0]["subtype"]) for c in columns} >= {
        ("bronze.loans", "amount", "AGGREGATION"),
        ("shop.rates", "rate", "AGGREGATION"),
        ("bronze.loans", "month", "JOIN"),
    }

    outcome, events = shop.build("rates owed")
    assert outcome.ok, str(outcome)
    rates = ended(events, "transformations.shop.rates")["outputs"][0]["facets"]
    assert rates["lakeproof_commits"]["versions"] == [2, 3], "the seed's first versions are still there"
    assert rates["lifecycleStateChange"]["lifecycleStateChange"] == "OVERWRITE"
    assert versions(ended(events, "transformations.shop.owed")["inputs"]) == {
        "bronze.loans": "2",
        "shop.rates": "3",
    }
    bound = {commit.run for table in (OWED, RATES) for commit in shop.lake.history(table)}
    assert None not in bound
    files = {str(path.relative_to(shop.folder)) for path in shop.folder.rglob("*") if path.is_file()}
    assert files == FILES.keys()


def test_failing_nodes_are_outcomes_with_the_sentence_that_helps(shop: Shop) -> None:
    """A model that cannot be built leaves nothing behind; a test that finds rows fails; the rest is built."""
    shop.write(
        {
            "models/broken.sql": "{{ config(materialized='table') }} select nope from {{ ref('stg_loans') }}",
            "models/after.sql": "{{ config(materialized='table') }} select * from {{ ref('broken') }}",
            "tests/owed_is_positive.sql": "select * from {{ ref('owed') }} where owed > 0",
        }
    )
    outcome, events = shop.build()
    statuses = {node.name: node.status for node in outcome.nodes}
    assert statuses == {
        "shop.rates": Status.OK,
        "shop.owed": Status.OK,
        "shop.latest": Status.OK,
        "shop.broken": Status.FAILED,
        "shop.after": Status.SKIPPED,
        "owed_is_positive": Status.FAILED,
    }
    broken = ended(events, "transformations.shop.broken")
    message = broken["run"]["facets"]["errorMessage"]["message"]
    assert broken["eventType"] == "FAIL" and "nope" in message and "--select broken+" in message
    assert not Path(shop.lake.path(TableName.parse("shop.broken"))).exists()
    assert ended(events, "transformations.owed_is_positive")["eventType"] == "FAIL"
    assert ended(events, "transformations.shop")["eventType"] == "FAIL"


def test_a_node_that_cannot_be_announced_is_not_executed(shop: Shop) -> None:
    """When the record refuses START, nothing is written and the refusal is raised."""

    class Unwilling(MemoryEmitter):
        def emit(self, event: AnyEvent) -> None:
            super().emit(event)
            if self.events[-1]["job"]["name"] == "transformations.shop.rates":
                raise Fault("the record is full")

    with pytest.raises(Fault, match="the record is full"):
        shop.through(Unwilling(), "rates")
    assert not shop.lake.exists(RATES)


def test_what_cannot_be_built_is_said_before_anything_is_done(shop: Shop, tmp_path: Path) -> None:
    """No project, a faulty one, nothing selected, versions that do not fit: each names what and the next move."""
    nowhere = Shop(folder=tmp_path / "nowhere", lake=shop.lake, spark=shop.spark)
    with pytest.raises(BadProject, match="there is no dbt project"):
        nowhere.build()
    with pytest.raises(BadSelection, match=r"selects nothing.*latest, owed, rates"):
        shop.build("nothing")
    with pytest.raises(BadSelection, match=r"nothing in the project reads a\.b@1"):
        shop.build("", "a.b@1")
    with pytest.raises(NotFound, match="no version 9"):
        shop.build("", "bronze.loans@9")
    shop.write(
        {"models/latest.sql": "{{ config(file_format='parquet', materialized='table') }} select 1 as x"}
    )
    with pytest.raises(BadProject, match="parquet"):
        shop.build()
    shop.write({"models/latest.sql": "select * from {{ ref('unheard_of') }}"})
    with pytest.raises(BadProject, match="unheard_of"):
        shop.build()
