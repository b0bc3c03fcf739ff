"""Create tables that keep their past: properties of the retention class from the first commit on."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError

from lakehouse.errors import SchemaMismatch, translated
from lakehouse.lake import Lake
from lakehouse.retention import Retention
from lineage.names import TableName, TableVersion

CLASS_PROPERTY = "lakeproof.retentionClass"
LOG_PROPERTY = "delta.logRetentionDuration"
FILES_PROPERTY = "delta.deletedFileRetentionDuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A table as it should be. Timestamps are microseconds in UTC: what both engines can write."""

    name: TableName
    schema: pa.Schema
    retention: Retention
    partition_by: tuple[str, ...] = ()
    comment: str = ""


def governed_properties(retention: Retention) -> dict[str, str]:
    """The table properties every governed table bears, whichever engine creates it (dbt: `tblproperties`).

    Days, because Delta refuses months and years; both durations, because it refuses time travel beyond them.
    """
    kept = f"interval {retention.days} days"
    return {
        LOG_PROPERTY: kept,
        FILES_PROPERTY: kept,
        "delta.enableExpiredLogCleanup": "false",
        "delta.enableDeletionVectors": "false",
        CLASS_PROPERTY: retention.name,
    }


def create_table(lake: Lake, spec: TableSpec, binding: str) -> TableVersion:
    """Create the table, or leave one of the same schema as it is. Returns its newest version.

    An empty log left by a failed creation is taken over. Raises SchemaMismatch when another table is there.
    """
    if not lake.exists(spec.name):
        try:
            DeltaTable.create(
                lake.path(spec.name),
                spec.schema,
                partition_by=list(spec.partition_by),
                description=spec.comment or None,
                configuration=governed_properties(spec.retention),
                commit_properties=CommitProperties(custom_metadata={"userMetadata": binding}),
                raise_if_key_not_exists=False,
            )
        except DeltaError:
            # Another process may have been first; then its table is the one to compare with.
            if not lake.exists(spec.name):
                raise
    _same(lake, spec)
    return lake.newest(spec.name)


def govern(lake: Lake, table: TableName, retention: Retention, binding: str) -> TableVersion:
    """Give a table its governed properties; one commit, or none if it has them. Returns the newest."""
    delta = lake.open(table)
    missing = lacking(delta.metadata().configuration, retention)
    if missing:
        with translated(table, doing="set the properties of"):
            delta.alter.set_table_properties(
                missing,
                raise_if_not_exists=False,
                commit_properties=CommitProperties(custom_metadata={"userMetadata": binding}),
            )
    return lake.newest(table)


def lacking(configuration: Mapping[str, str | None], retention: Retention) -> dict[str, str]:
    """The governed properties that a table's configuration lacks or has otherwise."""
    return {
        key: value for key, value in governed_properties(retention).items() if configuration.get(key) != value
    }


def _same(lake: Lake, spec: TableSpec) -> None:
    delta = lake.open(spec.name)
    there = pa.schema(delta.schema().to_arrow())
    wanted = {field.name: str(field.type) for field in spec.schema}
    found = {field.name: str(field.type) for field in there}
    faults = [
        f"column {name} is {found.get(name, 'absent')}, declared {wanted.get(name, 'absent')}"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]
    partitions = tuple(delta.metadata().partition_columns)
    if partitions != spec.partition_by:
        faults.append(f"partitioned by {partitions}, declared {spec.partition_by}")
    if faults:
        raise SchemaMismatch(
            f"{spec.name} exists and is another table: {'; '.join(faults)}",
            next_move="give the new table a name of its own, or correct the declaration",
        )


def partition_columns(lake: Lake, version: TableVersion) -> tuple[str, ...]:
    """The columns a table is partitioned by. Raises NoSuchTable, NoSuchVersion."""
    return tuple(lake.open_at(version).metadata().partition_columns)
