"""Hold rows to a contract. Pure: rows of text in; accepted values, and rejected rows with every reason, out.

Types are pinned: text becomes a value only if it is written as its type is written, never by coercion. Rules
are JSON Schema and checked by jsonschema-rs (docs/adr/row-checks.md tells what else was tried).
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from ingestion.contract import Classification, Column, Contract, LogicalType
from ingestion.source import RawRow, RawTable

if TYPE_CHECKING:
    import jsonschema_rs

Value: TypeAlias = str | int | float | date | None

_INTEGER = re.compile(r"-?[0-9]{1,19}\Z")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_INT64 = 2**63
_SHORT = 4  # "n/a", "NULL"
_LONG = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a row is refused: the column, the rule's name, and a sentence. Personal values are never in it."""

    column: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.column}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRow:
    """A row that keeps the contract: column → value."""

    row: RawRow
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that does not: its text by column, and every reason, in the contract's order."""

    row: RawRow
    text: Mapping[str, str]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Every row of the drop, in exactly one of the two, each in the file's order."""

    accepted: tuple[AcceptedRow, ...]
    rejected: tuple[RejectedRow, ...]


def check_rows(contract: Contract, table: RawTable, *, key: str) -> Checked:
    """Hold each row of a drop with the right columns to the contract. `key` is the delivery's: '2024-03'.

    Rows that share the primary key are all rejected: none of them can be told to be the right one.
    """
    texts = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]
    times = Counter(text[contract.primary.name] for text in texts)
    accepted, rejected = [], []
    for row, text in zip(table.rows, texts, strict=True):
        values, reasons = _check_row(contract, text, key)
        count = times[text[contract.primary.name]]
        if count > 1:
            reasons.append(
                Reason(column=contract.primary.name, rule="unique", message=f"appears {count} times")
            )
        if reasons:
            rejected.append(RejectedRow(row=row, text=text, reasons=_in_order(contract, reasons)))
        else:
            accepted.append(AcceptedRow(row=row, values=values))
    return Checked(accepted=tuple(accepted), rejected=tuple(rejected))


def _check_row(
    contract: Contract, text: Mapping[str, str], key: str
) -> tuple[dict[str, Value], list[Reason]]:
    values: dict[str, Value] = {}
    reasons = []
    for column in contract.columns:
        cell = text[column.name]
        try:
            values[column.name] = _PARSE[column.type](cell) if cell else None
        except ValueError:
            reasons.append(_reason(column, "type", cell, f"is not {_WRITTEN[column.type]}"))
        if not cell and column.required:
            reasons.append(Reason(column=column.name, rule="required", message="is empty"))
    checkable = {name: _plain(value) for name, value in values.items() if value is not None}
    for error in _validator(contract.columns).iter_errors(checkable):
        _, name, _, number, *_ = error.schema_path
        column = next(column for column in contract.columns if column.name == name)
        rule = column.rules[int(number)]
        reasons.append(_reason(column, rule.name, text[column.name], rule.says))
    reasons.extend(_of_another_delivery(contract, values, key))
    return values, reasons


def _of_another_delivery(contract: Contract, values: Mapping[str, Value], key: str) -> Iterator[Reason]:
    name = contract.delivery.date_column
    day = values.get(name)
    if isinstance(day, date) and not day.isoformat().startswith(key):
        yield Reason(column=name, rule="delivery", message=f"{day} does not lie in {key}")


def _in_order(contract: Contract, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    order = {name: place for place, name in enumerate(contract.header)}
    return tuple(sorted(dict.fromkeys(reasons), key=lambda reason: (order[reason.column], reason.rule)))


def _reason(column: Column, rule: str, cell: str, says: str) -> Reason:
    if column.classification is Classification.PERSONAL or not _showable(cell):
        return Reason(column=column.name, rule=rule, message=says)
    return Reason(column=column.name, rule=rule, message=f"{cell} {says}")


def _showable(cell: str) -> bool:
    """Whether a cell may stand in a reason: a name or number that slipped into another column must not."""
    plain = _NUMBER.match(cell) or _DAY.match(cell)
    return len(cell) <= _SHORT or (plain is not None and len(cell) <= _LONG)


@lru_cache(maxsize=8)
def _validator(columns: tuple[Column, ...]) -> "jsonschema_rs.Validator":
    import jsonschema_rs

    schema = {
        "properties": {
            column.name: {"allOf": [json.loads(rule.schema) for rule in column.rules]}
            for column in columns
            if column.rules
        }
    }
    return jsonschema_rs.validator_for(schema)


def _plain(value: str | int | float | date) -> str | int | float:
    return value.isoformat() if isinstance(value, date) else value


def _integer(text: str) -> int:
    if not _INTEGER.match(text) or not -_INT64 <= int(text) < _INT64:
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.match(text) or not math.isfinite(float(text)):
        raise ValueError
    return float(text)


def _day(text: str) -> date:
    if not _DAY.match(text):
        raise ValueError
    return date.fromisoformat(text)


_PARSE: dict[LogicalType, Callable[[str], Value]] = {
    LogicalType.STRING: str,
    LogicalType.INTEGER: _integer,
    LogicalType.NUMBER: _number,
    LogicalType.DATE: _day,
}
_WRITTEN = {
    LogicalType.STRING: "text",
    LogicalType.INTEGER: "a whole number of 64 bits",
    LogicalType.NUMBER: "a finite number",
    LogicalType.DATE: "a day as 2024-03-31",
}
