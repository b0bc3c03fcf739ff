"""What a load tells the record about its file, its tables and its columns, as OpenLineage facets. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    data_quality_assertions_dataset,
    ownership_dataset,
    schema_dataset,
    tags_dataset,
)

from ingestion.check import Checked
from ingestion.contract import Classification, Contract, Target
from ingestion.source import RawTable, SourceFile
from ingestion.tables import sealed_name
from lineage.canonical import Json
from lineage.findings import Finding, Severity
from lineage.names import DatasetId
from lineage.recorder import schema_facet

_MANY = 0.05


def file_schema_facet(contract: Contract) -> schema_dataset.SchemaDatasetFacet:
    """The columns of a drop, with their descriptions."""
    return schema_dataset.SchemaDatasetFacet(
        fields=[
            schema_dataset.SchemaDatasetFacetFields(
                name=column.name, type=column.type.value, description=column.description
            )
            for column in contract.columns
        ]
    )


def assertions_facet(
    contract: Contract, checked: Checked
) -> data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet:
    """One assertion for each rule of each column: whether every row kept it, and how many did not.

    That text is written as its column's type is one rule; it is listed where it was broken.
    """
    broken = Counter((why.column, why.rule) for row in checked.rejected for why in row.reasons)
    assertions = [
        data_quality_assertions_dataset.Assertion(
            assertion=rule,
            success=not broken[column, rule],
            column=column,
            severity="error",
            actual=f"{broken[column, rule]} rows" if broken[column, rule] else None,
        )
        for column, rule in _rules(contract)
        if rule != "type" or broken[column, rule]
    ]
    return data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(assertions=assertions)


def _rules(contract: Contract) -> Iterator[tuple[str, str]]:
    for column in contract.columns:
        yield column.name, "type"
        if column.required:
            yield column.name, "required"
        if column.unique:
            yield column.name, "unique"
        if column.name == contract.delivery.date_column:
            yield column.name, "delivery"
        for rule in column.rules:
            yield column.name, rule.name


def output_facets(
    contract: Contract, target: Target, file: DatasetId, fields: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Columns, owner, column lineage and, where columns keep their names, each column's classification."""
    facets: dict[str, Any] = {
        "schema": schema_facet(fields),
        "ownership": ownership_dataset.OwnershipDatasetFacet(
            owners=[ownership_dataset.Owner(name=f"team:{contract.owner}", type="OWNER")]
        ),
        "columnLineage": _columns_facet(contract, target, file),
    }
    if target == contract.rows:
        facets["tags"] = tags_dataset.TagsDatasetFacet(
            tags=[
                tags_dataset.TagsDatasetFacetFields(
                    key="classification",
                    value=column.classification.value,
                    source="CONTRACT",
                    field=column.name,
                )
                for column in contract.columns
                if column.classification is not Classification.PERSONAL
            ]
        )
    return facets


def _columns_facet(
    contract: Contract, target: Target, file: DatasetId
) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    copied = [c.name for c in contract.columns if c.classification is not Classification.PERSONAL]
    personal = [column.name for column in contract.of(Classification.PERSONAL)]
    fields = {"subject_ref": _from(file, [contract.subject], masked=True)}
    if target == contract.rows:
        fields |= {name: _from(file, [name]) for name in copied}
    elif target == contract.personal:
        fields |= {contract.primary.name: _from(file, [contract.primary.name])}
        fields |= {sealed_name(name): _from(file, [name], masked=True) for name in personal}
    else:
        fields |= {"row_enc": _from(file, list(contract.header), masked=True)}
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields)


def _from(file: DatasetId, columns: list[str], *, masked: bool = False) -> column_lineage_dataset.Fields:
    transformation = column_lineage_dataset.Transformation(
        type="DIRECT", subtype="TRANSFORMATION" if masked else "IDENTITY", masking=masked
    )
    return column_lineage_dataset.Fields(
        inputFields=[
            column_lineage_dataset.InputField(
                namespace=file.namespace, name=file.name, field=column, transformations=[transformation]
            )
            for column in columns
        ]
    )


def control_totals(contract: Contract, table: RawTable, checked: Checked) -> dict[str, Json]:
    """Rows in the file, loaded, quarantined; exact decimal sums of the loaded rows' totals, as text."""
    sums: dict[str, Json] = {}
    for column in contract.columns:
        if column.total:
            place = table.header.index(column.name)
            cells = (row.row.cells[place] for row in checked.accepted)
            sums[column.name] = str(sum((Decimal(cell) for cell in cells if cell), Decimal(0)))
    return {
        "rows_in_file": len(table.rows),
        "rows_loaded": len(checked.accepted),
        "rows_quarantined": len(checked.rejected),
        "sums": sums,
    }


def quarantine_finding(contract: Contract, file: SourceFile, checked: Checked) -> Finding | None:
    """What was sent to quarantine, or None. Major from one row in twenty on."""
    count, rows = len(checked.rejected), len(checked.rejected) + len(checked.accepted)
    if not count:
        return None
    why = Counter(f"{reason.column} {reason.rule}" for row in checked.rejected for reason in row.reasons)
    listed = ", ".join(f"{rule} ({times})" for rule, times in sorted(why.items()))
    return Finding(
        kind="quarantine",
        severity=Severity.MAJOR if count >= _MANY * rows else Severity.MINOR,
        subject=file.name,
        message=f"{count} of {rows} rows broke the contract and are in {contract.quarantine.table}: {listed}",
        remedy="have the sender correct them, and load the corrected file with --correction",
        evidence={
            "file_sha256": file.sha256,
            "table": str(contract.quarantine.table),
            "rows": [row.row.number for row in checked.rejected],
            "reasons": dict(sorted(why.items())),
        },
    )
