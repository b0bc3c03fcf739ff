"""The tables behind a contract, and a drop's rows as Arrow tables for them. Pure.

What is personal comes in encrypted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from ingestion.check import AcceptedRow, RejectedRow
from ingestion.contract import Classification, Contract, LogicalType, Target
from lakehouse.retention import retention
from lakehouse.tables import TableSpec

_ARROW = {
    LogicalType.STRING: pa.string(),
    LogicalType.INTEGER: pa.int64(),
    LogicalType.NUMBER: pa.float64(),
    LogicalType.DATE: pa.date32(),
}
_DELTA = {"int64": "long", "date32[day]": "date"}
_COMMENTS = ("Rows that broke the contract, encrypted, with the reasons", "Personal columns, encrypted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What every row of a drop carries: the delivery's key and its run; in quarantine the file as well."""

    key: str
    load_id: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRow:
    """An accepted row with its subject, and the ciphertext of each personal column."""

    accepted: AcceptedRow
    subject_ref: str
    sealed: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRejection:
    """A rejected row with its subject, the whole row as one ciphertext."""

    rejected: RejectedRow
    subject_ref: str
    sealed: bytes


def sealed_name(column: str) -> str:
    """The column that holds a personal column's ciphertext."""
    return f"{column}_enc"


def specs(contract: Contract) -> dict[Target, TableSpec]:
    """Each target's table, in the order they are written. Raise NotFound on an unknown retention class."""
    schemas = (_quarantine_schema(contract), _personal_schema(contract), _rows_schema(contract))
    comments = (*_COMMENTS, contract.description)
    on = date.fromisoformat(contract.created)
    return {
        target: TableSpec(
            name=target.table,
            schema=schema,
            retention=retention(target.retention, on=on),
            partition_by=(contract.delivery.key,),
            comment=comment,
        )
        for target, schema, comment in zip(contract.targets, schemas, comments, strict=True)
    }


def delta_fields(schema: pa.Schema) -> tuple[tuple[str, str], ...]:
    """(name, type as Delta names it) of each column."""
    return tuple((field.name, _DELTA.get(str(field.type), str(field.type))) for field in schema)


def drop_tables(
    contract: Contract, rows: Sequence[SealedRow], rejections: Sequence[SealedRejection], stamp: Stamp
) -> dict[Target, pa.Table]:
    """The drop as one table for each target, in the order they are written; some may be empty."""
    accepted = _table(_rows_schema(contract), contract, stamp, [_row(row) for row in rows])
    personal = _table(_personal_schema(contract), contract, stamp, [_person(contract, row) for row in rows])
    refused = _table(
        _quarantine_schema(contract), contract, stamp, [_rejection(row, stamp) for row in rejections]
    )
    return {contract.quarantine: refused, contract.personal: personal, contract.rows: accepted}


def _row(row: SealedRow) -> dict[str, object]:
    return {**row.accepted.values, "subject_ref": row.subject_ref}


def _person(contract: Contract, row: SealedRow) -> dict[str, object]:
    primary = contract.primary.name
    sealed = {sealed_name(name): ciphertext for name, ciphertext in row.sealed.items()}
    return {"subject_ref": row.subject_ref, primary: row.accepted.values[primary], **sealed}


def _rejection(row: SealedRejection, stamp: Stamp) -> dict[str, object]:
    return {
        "file": stamp.file,
        "row_number": row.rejected.row.number,
        "reasons": json.dumps([str(reason) for reason in row.rejected.reasons], ensure_ascii=False),
        "row_enc": row.sealed,
        "subject_ref": row.subject_ref,
    }


def _table(
    schema: pa.Schema, contract: Contract, stamp: Stamp, rows: Sequence[Mapping[str, object]]
) -> pa.Table:
    stamped = [{**row, contract.delivery.key: stamp.key, "load_id": stamp.load_id} for row in rows]
    # Fields that are not in the schema (personal ones in clear) are left behind here.
    return pa.Table.from_pylist(stamped, schema=schema)


def _rows_schema(contract: Contract) -> pa.Schema:
    kept = [c for c in contract.columns if c.classification is not Classification.PERSONAL]
    fields = [(column.name, _ARROW[column.type]) for column in kept]
    added = [("subject_ref", pa.string()), (contract.delivery.key, pa.string()), ("load_id", pa.string())]
    return pa.schema([*fields, *added])


def _personal_schema(contract: Contract) -> pa.Schema:
    primary = contract.primary
    sealed = [(sealed_name(column.name), pa.binary()) for column in contract.of(Classification.PERSONAL)]
    return pa.schema(
        [
            ("subject_ref", pa.string()),
            (primary.name, _ARROW[primary.type]),
            (contract.delivery.key, pa.string()),
            *sealed,
            ("load_id", pa.string()),
        ]
    )


def _quarantine_schema(contract: Contract) -> pa.Schema:
    return pa.schema(
        [
            (contract.delivery.key, pa.string()),
            ("file", pa.string()),
            ("row_number", pa.int64()),
            ("reasons", pa.string()),
            ("row_enc", pa.binary()),
            ("subject_ref", pa.string()),
            ("load_id", pa.string()),
        ]
    )
