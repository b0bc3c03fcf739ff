"""What a node states: column lineage checked against the real table, lifecycles, findings."""

import pytest

from lineage.certainty import NotCheckable
from lineage.columns import ColumnSources
from lineage.names import TableName, TableVersion
from transformations.facets import (
    assertions_facet,
    failed_test,
    lifecycle_facet,
    sources_of,
    supersedes_facet,
)
from transformations.nodes import Node

TABLE = TableName.parse("a.t")
SCHEMAS = {TABLE.dataset: [("id", "long"), ("Amount", "double")]}
TEST = Node(id="t", kind="test", name="amounts", materialized="test", table=None, test="within")


def test_column_lineage_is_told_in_the_table_s_own_spelling() -> None:
    """Names as the written table has them, whatever the query's case."""
    found = sources_of("select ID as key, amount from a.t", SCHEMAS, [("Key", "long"), ("AMOUNT", "double")])
    assert isinstance(found, ColumnSources) and set(found.outputs) == {"Key", "AMOUNT"}


def test_column_lineage_that_does_not_fit_the_table_is_not_told() -> None:
    """A query with a column that the table lacks is not what made the table."""
    found = sources_of("select id, amount from a.t", SCHEMAS, [("id", "long")])
    assert isinstance(found, NotCheckable)


@pytest.mark.parametrize(
    ("operations", "first", "change"),
    [
        (["CREATE OR REPLACE TABLE AS SELECT"], 0, "CREATE"),
        (["CREATE OR REPLACE TABLE AS SELECT"], 4, "OVERWRITE"),
        (["CREATE OR REPLACE TABLE", "WRITE"], 2, "OVERWRITE"),
        (["MERGE"], 3, None),
        (["WRITE", "CREATE OR REPLACE TABLE AS SELECT"], 3, None),
        ([], 0, None),
    ],
)
def test_only_a_version_that_stands_alone_says_so(
    operations: list[str], first: int, change: str | None
) -> None:
    """A merge builds on the version before it."""
    facets = lifecycle_facet(operations, first)
    assert [facet.lifecycleStateChange.value for facet in facets.values()] == ([change] if change else [])


def test_a_failed_test_says_on_which_version() -> None:
    """The finding's subject is the version; the assertion is false."""
    version = TableVersion(table=TABLE, version=3)
    (finding,) = failed_test(TEST, [version], "Got 2 results").findings
    assert finding["subject"] == "a.t@3" and "amounts: Got 2 results" in finding["message"]
    (assertion,) = assertions_facet(TEST, success=False, warned=False)["dataQualityAssertions"].assertions
    assert (assertion.assertion, assertion.success, assertion.severity) == ("within", False, "error")


def test_what_is_superseded_is_a_slice_of_a_version() -> None:
    """Dataset, version and condition."""
    facet = supersedes_facet("late", TableVersion(table=TABLE, version=3), "m = 'x'")
    dataset = {"namespace": "lakeproof://lake", "name": "a.t"}
    assert facet.replaced == [{"dataset": dataset, "version": "3", "where": "m = 'x'"}]
