"""From the standard's model of a contract to ours. Pure; each fault goes to a list with its place.

Beyond the standard, as custom properties. Of the table: `deliveryKey` {column, pattern, date}, `subject` (the
column that identifies a person), `targets` {rows|personal|quarantine: {table, retention}}. Of each column:
`classification`, and `controlTotal: true` where its sum is a control total.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingestion.contract import Classification, Column, Contract, Delivery, LogicalType, Target
from ingestion.odcs_rules import rules_of
from lineage.errors import BadInput
from lineage.names import TableName

if TYPE_CHECKING:
    from open_data_contract_standard.model import (
        CustomProperty,
        OpenDataContractStandard,
        SchemaObject,
        SchemaProperty,
    )

_PHYSICAL = {"string": "STRING", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}


class Faults(list[str]):
    """Faults in the order found; `at` adds one with its place."""

    def at(self, place: str, fault: str) -> None:
        self.append(f"{place}: {fault}")


def contract_of(model: "OpenDataContractStandard", digest: str, faults: Faults) -> Contract | None:
    """The contract, or None when faults were found. `digest` is the SHA-256 of the contract's file."""
    tables = model.schema_ or []
    if len(tables) != 1:
        faults.at("schema", f"one table was expected, there are {len(tables)}")
        return None
    table = tables[0]
    columns = _columns(table.properties or [], faults)
    custom = _custom(table.customProperties)
    targets = _targets(custom.get("targets"), faults)
    delivery = _delivery(custom.get("deliveryKey"), columns, faults)
    subject = custom.get("subject")
    if not any(c.name == subject and c.classification is Classification.PERSONAL for c in columns):
        faults.at("schema[0] customProperty subject", f"{subject!r} is not one of the personal columns")
    _documentation_only(table, faults)
    owner = getattr(model.team, "name", None)
    if not owner:
        faults.at("team.name", "the owner is missing")
    if not re.match(r"\d{4}-\d{2}-\d{2}", model.contractCreatedTs or ""):
        faults.at("contractCreatedTs", "missing, or no day; its promises hold as of it")
    if faults or targets is None or delivery is None:
        return None
    return Contract(
        id=str(model.id),
        name=str(table.name),
        version=str(model.version),
        sha256=digest,
        created=str(model.contractCreatedTs)[:10],
        owner=str(owner),
        description=table.description or "",
        columns=columns,
        delivery=delivery,
        subject=str(subject),
        **targets,
    )


def _columns(properties: Sequence["SchemaProperty"], faults: Faults) -> tuple[Column, ...]:
    columns = tuple(
        column
        for index, item in enumerate(properties)
        if (column := _column(item, f"schema[0].properties[{index}] ({item.name})", faults)) is not None
    )
    names = [column.name for column in columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.at("schema[0].properties", f"'{name}' is declared twice")
    unique = [column for column in columns if column.unique]
    if len(unique) != 1:
        faults.at("schema[0].properties", f"one column must be the primaryKey, {len(unique)} are")
    return columns


def _column(item: "SchemaProperty", place: str, faults: Faults) -> Column | None:
    custom = _custom(item.customProperties)
    wrong = custom.keys() - {"classification", "controlTotal"}
    if wrong:
        faults.at(place, f"custom propert(ies) {', '.join(sorted(wrong))} are not known here")
    try:
        classification = Classification(str(custom.get("classification")))
    except ValueError:
        known = ", ".join(Classification)
        faults.at(place, f"classification is {custom.get('classification')!r}, not one of {known}")
        return None
    if item.logicalType not in _PHYSICAL:
        faults.at(place, f"logicalType is {item.logicalType!r}, not one of {', '.join(_PHYSICAL)}")
        return None
    if item.physicalType not in (None, _PHYSICAL[item.logicalType]):
        faults.at(place, f"physicalType of a {item.logicalType} is {_PHYSICAL[item.logicalType]} here")
    column = Column(
        name=str(item.name),
        type=LogicalType(item.logicalType),
        classification=classification,
        description=item.description or "",
        required=bool(item.required),
        unique=bool(item.primaryKey or item.unique),
        total=custom.get("controlTotal") is True,
    )
    if column.total and column.type not in (LogicalType.INTEGER, LogicalType.NUMBER):
        faults.at(place, "controlTotal wants a column of numbers")
    if column.unique and not column.required:
        faults.at(place, "a primaryKey must be required")
    return replace(column, rules=rules_of(item, lambda fault: faults.at(place, fault)))


def _targets(value: object, faults: Faults) -> dict[str, Any] | None:
    place = "schema[0] customProperty targets"
    if not isinstance(value, Mapping) or set(value) != {"rows", "personal", "quarantine"}:
        faults.at(place, "give rows, personal and quarantine, each with table and retention")
        return None
    found = {}
    for name, target in value.items():
        if not isinstance(target, Mapping) or set(target) != {"table", "retention"}:
            faults.at(f"{place}.{name}", "give table and retention, and nothing else")
            continue
        try:
            found[name] = Target(
                table=TableName.parse(str(target["table"])), retention=str(target["retention"])
            )
        except BadInput as error:
            faults.at(f"{place}.{name}.table", str(error))
    if len({target.table for target in found.values()}) != len(found):
        faults.at(place, "the three tables must differ")
    return found if len(found) == len(value) else None


def _delivery(value: object, columns: Sequence[Column], faults: Faults) -> Delivery | None:
    place = "schema[0] customProperty deliveryKey"
    if not isinstance(value, Mapping) or set(value) != {"column", "pattern", "date"}:
        faults.at(place, "give column, pattern and date, and nothing else")
        return None
    delivery = Delivery(
        key=str(value["column"]), pattern=str(value["pattern"]), date_column=str(value["date"])
    )
    try:
        if delivery.key not in re.compile(delivery.pattern).groupindex:
            faults.at(f"{place}.pattern", f"it has no group (?P<{delivery.key}>…)")
    except re.error as error:
        faults.at(f"{place}.pattern", f"not a regular expression: {error}")
    if not any(c.name == delivery.date_column and c.type is LogicalType.DATE for c in columns):
        faults.at(f"{place}.date", f"'{delivery.date_column}' is not one of the columns of type date")
    if any(column.name == delivery.key for column in columns):
        faults.at(f"{place}.column", f"'{delivery.key}' is added at the door and cannot be in the file too")
    return delivery


def _documentation_only(table: "SchemaObject", faults: Faults) -> None:
    for index, quality in enumerate(table.quality or []):
        if quality.type != "text":
            faults.at(
                f"schema[0].quality[{index}]",
                "rules over whole tables are not checked here; make it type text",
            )


def _custom(properties: "Sequence[CustomProperty] | None") -> dict[str, Any]:
    return {str(item.property): item.value for item in properties or []}
