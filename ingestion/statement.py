"""State a load's facts in its run: what was read and checked, which versions came of it, what was wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from openlineage.client.facet_v2 import lifecycle_state_change_dataset

from ingestion.check import Checked
from ingestion.contract import Contract, Target
from ingestion.delivery import Taken
from ingestion.facets import assertions_facet, file_schema_facet
from ingestion.header import HeaderChange
from ingestion.source import SourceFile
from lineage.canonical import Json
from lineage.facets import DetailsRunFacet, FindingsRunFacet, SupersedesRunFacet
from lineage.findings import Finding, Severity
from lineage.names import TableName, TableVersion
from lineage.recorder import RunInProgress

COLUMNS_REMEDY = "have it sent again with the contract's columns, or agree on a new version of the contract"


def schema_change(contract: Contract, file: SourceFile, changes: Sequence[HeaderChange]) -> Finding:
    """The alert that a drop's columns are not the contract's. Major when the drop is refused for it."""
    refused = any(change.refuses for change in changes)
    return Finding(
        kind="schema-change",
        severity=Severity.MAJOR if refused else Severity.MINOR,
        subject=file.name,
        message=f"{'refused' if refused else 'loaded by name'}: {'; '.join(map(str, changes))}",
        remedy=COLUMNS_REMEDY,
        evidence={
            "contract": f"{contract.id} {contract.version}",
            "file_sha256": file.sha256,
            "table": str(contract.rows.table),
            "changes": [
                {"change": change.change.value, "column": change.column, "found": change.found}
                for change in changes
            ],
        },
    )


def delivery_taken(contract: Contract, file: SourceFile, key: str, intent: Taken) -> Finding:
    """The alert that a drop was refused because its slice is another's."""
    return Finding(
        kind="delivery-taken",
        severity=Severity.MAJOR,
        subject=file.name,
        message=f"refused for {key}: {intent.why}",
        remedy=intent.next_move,
        evidence={"file_sha256": file.sha256, "table": str(contract.rows.table), "delivery": key},
    )


def note_findings(run: RunInProgress, findings: Sequence[Finding]) -> None:
    """Put the findings so far into the run, so that COMPLETE and FAIL alike carry them."""
    if findings:
        run.note("lakeproof_findings", FindingsRunFacet(findings=[finding.to_json() for finding in findings]))


def note_details(run: RunInProgress, contract: Contract, key: str, figures: Mapping[str, Json]) -> None:
    """Put the control totals and the contract's identity into the run."""
    about = {"id": contract.id, "version": contract.version, "sha256": contract.sha256}
    run.note(
        "lakeproof_details",
        DetailsRunFacet(kind="load", details={"contract": about, "delivery": key, **figures}),
    )


def state_checks(run: RunInProgress, contract: Contract, file: SourceFile, checked: Checked) -> None:
    """State the file as read, with its columns and how each rule of the contract fared."""
    dataset = file.dataset
    run.reads(dataset.dataset, dataset.version, schema=file_schema_facet(contract))
    stated = run.inputs[dataset.dataset, dataset.version]
    stated.inputFacets = {"dataQualityAssertions": assertions_facet(contract, checked)}


def state_output(
    run: RunInProgress,
    table: TableName,
    versions: Sequence[TableVersion],
    *,
    rows: int,
    facets: Mapping[str, Any],
) -> None:
    """State what the run wrote to one table: its commits, oldest first, and the rows in them."""
    if not versions:
        run.touches(table.dataset, **facets)
    elif versions[0].version == 0:
        created = lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(
            lifecycle_state_change_dataset.LifecycleStateChange.CREATE
        )
        run.writes_table(versions, rows=rows, lifecycleStateChange=created, **facets)
    else:
        run.writes_table(versions, rows=rows, **facets)


def state_supersession(
    run: RunInProgress, because: str, where: str, versions: Mapping[Target, Sequence[TableVersion]]
) -> None:
    """State that the slice, in the version before each of the run's commits, is no longer what we believe."""
    replaced = [
        {
            "dataset": {"namespace": target.table.dataset.namespace, "name": target.table.dataset.name},
            "version": str(of[0].version - 1),
            "where": where,
        }
        for target, of in versions.items()
        if of
    ]
    run.note("lakeproof_supersedes", SupersedesRunFacet(because=because, replaced=replaced))
