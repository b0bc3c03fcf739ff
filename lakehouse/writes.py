"""Write with delta-rs: append, replace a slice; bound to a run, exactly once where the caller numbers writes.

delta-rs only records the numbers of `once`: it would append again. So they are read before writing, and again
whenever another writer won the race.
"""

from dataclasses import dataclass

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from lakehouse.errors import Contended, SchemaMismatch, translated
from lakehouse.lake import Lake
from lineage.errors import LakeproofError
from lineage.names import RunId, TableName, TableVersion

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Write:
    """`where` None appends; else the rows matching it make way for the new ones, which must all match it.

    `after`: the number that must be the highest applied of the application of `once`, 0 for none.
    """

    table: TableName
    data: pa.Table
    binding: str
    where: str | None
    once: tuple[str, int] | None
    after: int | None = None


def append(
    lake: Lake,
    table: TableName,
    data: pa.Table,
    *,
    binding: str,
    once: tuple[str, int] | None = None,
    after: int | None = None,
) -> TableVersion | None:
    """Append rows in one commit. Returns its version, or None if `once` says that it was done before.

    `once` is (application, number): a number not above the highest applied of that application is skipped.
    With `after` the highest applied must be exactly that, else Contended: numbers that follow one another.
    Raises NoSuchTable, SchemaMismatch, Contended, DamagedTable; then nothing was written.
    """
    return _commit(lake, _Write(table=table, data=data, binding=binding, where=None, once=once, after=after))


def replace_slice(
    lake: Lake,
    table: TableName,
    data: pa.Table,
    *,
    where: str,
    binding: str,
    once: tuple[str, int] | None = None,
) -> TableVersion | None:
    """Replace the rows matching the SQL condition by data, in one commit; empty data removes the slice.

    Returns and raises as `append`; SchemaMismatch too when a row of data lies outside the slice.
    """
    return _commit(lake, _Write(table=table, data=data, binding=binding, where=where, once=once))


def applied(lake: Lake, table: TableName, once: tuple[str, int]) -> bool:
    """Whether a write with this number, or a later one of the same application, is in the table."""
    return _applied(lake.open(table), once)


def written_by(lake: Lake, table: TableName, run: RunId) -> tuple[TableVersion, ...]:
    """The versions whose commits are bound to the run, oldest first: several, or none."""
    return tuple(
        TableVersion(table=table, version=commit.version)
        for commit in lake.history(table)
        if commit.run == run
    )


def _commit(lake: Lake, write: _Write) -> TableVersion | None:
    for _ in range(_ATTEMPTS):
        delta = lake.open(write.table)
        if write.once is not None and _applied(delta, write.once):
            return None
        _require_order(delta, write)
        try:
            with translated(write.table, doing="write to"):
                _attempt(delta, write)
        except _Lost:
            continue
        return TableVersion(table=write.table, version=delta.version())
    raise Contended(
        f"{write.table}: other writers were faster {_ATTEMPTS} times; nothing was written",
        next_move="run it again when the other writers are done",
    )


class _Lost(LakeproofError):
    """Another writer committed first, and the two do not commute."""


def _attempt(delta: DeltaTable, write: _Write) -> None:
    properties = CommitProperties(
        custom_metadata={"userMetadata": write.binding},
        app_transactions=None if write.once is None else [Transaction(*write.once)],
    )
    data = fitted(write.table, write.data, pa.schema(delta.schema().to_arrow()))
    try:
        if write.where is None:
            write_deltalake(delta, data, mode="append", commit_properties=properties)
        else:
            write_deltalake(
                delta, data, mode="overwrite", predicate=write.where, commit_properties=properties
            )
    except CommitFailedError as error:
        raise _Lost("another writer was first") from error
    except DeltaError as error:
        if "failed validation check" not in str(error):
            raise
        # Not chained: the engine's text shows rows.
        raise SchemaMismatch(
            f"some rows for {write.table} lie outside the slice {write.where}",
            next_move="filter the data by the same condition, or widen the condition",
        ) from None


def fitted(table: TableName, data: pa.Table, schema: pa.Schema) -> pa.Table:
    """The data in the table's column order and types. Raises SchemaMismatch naming what does not fit."""
    faults = [f"column {name} is missing" for name in schema.names if name not in data.column_names]
    faults += [f"column {name} is not in the table" for name in data.column_names if name not in schema.names]
    columns = []
    for field in schema:
        if field.name in data.column_names:
            try:
                columns.append(data[field.name].cast(field.type))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
                faults.append(f"column {field.name} is {data[field.name].type}, the table has {field.type}")
    if faults:
        raise SchemaMismatch(
            f"the data does not fit {table}: {'; '.join(faults)}",
            next_move="give each column of the table, and no other",
        )
    return pa.Table.from_arrays(columns, schema=schema)


def _require_order(delta: DeltaTable, write: _Write) -> None:
    if write.once is None or write.after is None:
        return
    highest = delta.transaction_version(write.once[0]) or 0
    if highest != write.after:
        raise Contended(
            f"{write.table}: {write.once[0]} has reached {highest}, and what was to be written follows {write.after}",
            next_move="another writer was there; look again how far it is",
        )


def _applied(delta: DeltaTable, once: tuple[str, int]) -> bool:
    application, number = once
    highest = delta.transaction_version(application)
    return highest is not None and highest >= number
