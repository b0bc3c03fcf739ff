"""The table of predictions: its columns, and a batch as rows of it."""

from datetime import date

import pyarrow as pa

from inference.batch import Batch
from lakehouse.retention import retention
from lakehouse.tables import TableSpec
from lineage.names import TableName

PREDICTIONS = TableName(schema="serving", table="predictions")

SCHEMA = pa.schema(
    [
        pa.field("prediction_id", pa.string(), nullable=False),
        pa.field("application_id", pa.string()),
        pa.field("subject_ref", pa.string()),
        pa.field("requested_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("model", pa.string(), nullable=False),
        pa.field("model_version", pa.int32()),
        pa.field("deployment", pa.int32()),
        pa.field("source", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("decision", pa.string()),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field("features", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("error", pa.string()),
        pa.field("batch", pa.string(), nullable=False),
        pa.field("leaf_index", pa.int32(), nullable=False),
    ]
)


def predictions_table(on: date) -> TableSpec:
    """The table as it is created on that day."""
    return TableSpec(
        name=PREDICTIONS,
        schema=SCHEMA,
        retention=retention("decision", on=on),
        comment="Every request for a score and its answer, failed ones included; one commit per batch",
    )


def warm_up() -> None:
    """Pyarrow imports pandas with its first array, for a second: better before the first request."""
    pa.array([])


def rows_of(batch: Batch) -> pa.Table:
    """The batch as rows, in order of its leaves."""
    rows = [
        {**prediction.to_row(), "batch": str(batch.run_id), "leaf_index": index}
        for index, prediction in enumerate(batch.predictions)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
