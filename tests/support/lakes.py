"""Small lakes for tests: a governed table of loans, bindings, rows."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pyarrow as pa

from lakehouse.lake import Lake
from lakehouse.retention import retention
from lakehouse.tables import TableSpec, create_table
from lineage.names import RunId, TableName

LOANS = TableName(schema="bronze", table="loans")
DAY = date(2025, 6, 1)
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("month", pa.string()),
        ("amount", pa.float64()),
        ("at", pa.timestamp("us", "UTC")),
        ("secret", pa.binary()),
    ]
)


def run_id(number: int) -> RunId:
    return RunId(UUID(int=number))


def binding(number: int) -> str:
    """The commit binding of run `number`, as `RunInProgress.binding` spells it."""
    parts = {"run": str(run_id(number)), "job": "lakeproof://jobs/test.job", "actor": "ann", "code": "c0ffee"}
    return json.dumps(parts, sort_keys=True)


def loans_spec(name: TableName = LOANS) -> TableSpec:
    return TableSpec(
        name=name,
        schema=SCHEMA,
        retention=retention("decision", on=DAY),
        partition_by=("month",),
        comment="Loans",
    )


def loans(month: str, count: int = 2, *, amount: float = 1.0) -> pa.Table:
    """`count` loans of one month, ids `A-<month>-<n>`."""
    return pa.table(
        {
            "id": [f"A-{month}-{number}" for number in range(count)],
            "month": [month] * count,
            "amount": [amount] * count,
            "at": [datetime(2025, 1, 1, tzinfo=UTC)] * count,
            "secret": [b"\x00\x01"] * count,
        },
        schema=SCHEMA,
    )


def lake_of_loans(root: Path) -> Lake:
    """A lake with the empty table bronze.loans, created by run 0."""
    lake = Lake(root)
    create_table(lake, loans_spec(), binding(0))
    return lake
