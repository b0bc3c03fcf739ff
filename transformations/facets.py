"""What a node states in its events, as OpenLineage facets. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from openlineage.client.facet_v2 import (
    data_quality_assertions_dataset,
    documentation_dataset,
    documentation_job,
    lifecycle_state_change_dataset,
    ownership_dataset,
    ownership_job,
    schema_dataset,
    sql_job,
)

from lineage.canonical import Json
from lineage.certainty import NotCheckable
from lineage.columns import ColumnSources, Fields, column_sources
from lineage.facets import FindingsRunFacet, SupersedesRunFacet
from lineage.findings import Finding, Severity
from lineage.names import DatasetId, TableVersion
from lineage.recorder import columns_facet
from transformations.nodes import Node

_CREATES = {
    "CREATE TABLE": "CREATE",
    "CREATE TABLE AS SELECT": "CREATE",
    "CREATE OR REPLACE TABLE": "OVERWRITE",
    "CREATE OR REPLACE TABLE AS SELECT": "OVERWRITE",
    "REPLACE TABLE": "OVERWRITE",
    "REPLACE TABLE AS SELECT": "OVERWRITE",
}


def job_facets(node: Node) -> dict[str, Any]:
    """What is known of the job before it runs."""
    facets: dict[str, Any] = {}
    if node.description:
        facets["documentation"] = documentation_job.DocumentationJobFacet(description=node.description)
    if node.owner:
        owner = ownership_job.Owner(name=node.owner, type="OWNER")
        facets["ownership"] = ownership_job.OwnershipJobFacet(owners=[owner])
    return facets


def sql_facet(sql: str) -> sql_job.SQLJobFacet:
    """The compiled SQL, pins included."""
    return sql_job.SQLJobFacet(query=sql, dialect="spark")


def output_facets(node: Node, fields: Fields, sources: ColumnSources | NotCheckable | None) -> dict[str, Any]:
    """Schema with descriptions, column lineage where it could be followed, documentation, owner."""
    facets: dict[str, Any] = {
        "schema": schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(
                    name=name, type=type_, description=node.columns.get(name.lower()) or None
                )
                for name, type_ in fields
            ]
        )
    }
    if isinstance(sources, ColumnSources):
        facets["columnLineage"] = columns_facet(sources.by_output())
    if node.description:
        facets["documentation"] = documentation_dataset.DocumentationDatasetFacet(
            description=node.description
        )
    if node.owner:
        owner = ownership_dataset.Owner(name=node.owner, type="OWNER")
        facets["ownership"] = ownership_dataset.OwnershipDatasetFacet(owners=[owner])
    return facets


def sources_of(sql: str, schemas: Mapping[DatasetId, Fields], fields: Fields) -> ColumnSources | NotCheckable:
    """Column lineage of a model's SELECT, checked against the columns that its table really has."""
    found = column_sources(sql, schemas)
    if isinstance(found, NotCheckable):
        return found
    real = {name.lower(): name for name, _ in fields}
    if {name.lower() for name in found.outputs} - real.keys():
        return NotCheckable(reason="the query's columns are not the table's")
    outputs = {real[name.lower()]: sources for name, sources in found.outputs.items()}
    return ColumnSources(outputs=outputs, rows=found.rows)


def lifecycle_facet(operations: Sequence[str], first: int) -> dict[str, Any]:
    """CREATE or OVERWRITE when the run's first commit stands alone; nothing when it builds on a version."""
    change = _CREATES.get(operations[0].upper()) if operations else None
    if change is None:
        return {}
    state = lifecycle_state_change_dataset.LifecycleStateChange("CREATE" if first == 0 else change)
    facet = lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(lifecycleStateChange=state)
    return {"lifecycleStateChange": facet}


def assertions_facet(test: Node, *, success: bool, warned: bool) -> dict[str, Any]:
    """The result of a test, as an input facet of the dataset it looked at."""
    assertion = data_quality_assertions_dataset.Assertion(
        assertion=test.test or test.name,
        success=success,
        column=test.tested_column or None,
        name=test.name,
        description=test.description or None,
        severity="warn" if warned else "error",
    )
    return {
        "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
            assertions=[assertion]
        )
    }


def failed_test(test: Node, versions: Sequence[TableVersion], message: str) -> FindingsRunFacet:
    """The finding that a failed test is."""
    evidence: dict[str, Json] = {"test": test.name, "versions": [str(version) for version in versions]}
    finding = Finding(
        kind="failed-test",
        severity=Severity.MAJOR,
        subject=str(versions[0]) if versions else test.name,
        message=f"{test.name}: {message}",
        remedy="look at the rows that the test's SQL selects, and correct the source or the model",
        evidence=evidence,
    )
    return FindingsRunFacet(findings=[finding.to_json()])


def supersedes_facet(because: str, before: TableVersion, where: str) -> SupersedesRunFacet:
    """The slice `where` of the version before is no longer what we believe."""
    dataset = before.table.dataset
    named = {"namespace": dataset.namespace, "name": dataset.name}
    replaced = {"dataset": named, "version": str(before.version), "where": where}
    return SupersedesRunFacet(because=because, replaced=[replaced])
