"""From a column's options, enum and quality rules to the JSON Schema fragments its values are held to.

The standard's `logicalTypeOptions` are JSON Schema keywords already; a quality rule of type custom with the
engine `jsonschema` gives its fragment itself. Pure.
"""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ingestion.contract import Rule

if TYPE_CHECKING:
    from open_data_contract_standard.model import DataQuality, SchemaProperty

_SAYS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "pattern": "must match {}",
}
_NUMERIC = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_CHECKED = {
    "integer": _NUMERIC,
    "number": _NUMERIC,
    "string": {"minLength", "maxLength", "pattern"},
    "date": set(),
}

Tell = Callable[[str], None]


def rules_of(item: "SchemaProperty", tell: Tell) -> tuple[Rule, ...]:
    """The column's rules in the contract's order. What cannot be checked is told as a fault."""
    return (*_options(item, tell), *_enum(item), *_quality(item.quality or [], tell))


def _options(item: "SchemaProperty", tell: Tell) -> Iterator[Rule]:
    for key, value in (item.logicalTypeOptions or {}).items():
        if item.logicalType == "date" and (key, value) == ("format", "yyyy-MM-dd"):
            continue
        if key not in _CHECKED[str(item.logicalType)]:
            tell(f"the option {key} of a {item.logicalType} is not checked here")
        else:
            yield from _rule(key, _SAYS[key].format(value), {key: value}, tell)


def _enum(item: "SchemaProperty") -> Iterator[Rule]:
    if item.enum:
        values = [entry.value for entry in item.enum]
        listed = ", ".join(map(str, values))
        yield Rule(name="enum", says=f"must be one of {listed}", schema=json.dumps({"enum": values}))


def _quality(rules: "list[DataQuality]", tell: Tell) -> Iterator[Rule]:
    for quality in rules:
        if quality.type == "text":
            continue
        if quality.type != "custom" or quality.engine != "jsonschema":
            tell(f"the quality rule '{quality.name}' is not checked here; use type custom, engine jsonschema")
        elif not quality.name or not isinstance(quality.implementation, dict):
            tell("a quality rule needs a name and, as implementation, a JSON Schema")
        else:
            says = quality.description or f"must satisfy {quality.name}"
            yield from _rule(quality.name, says, quality.implementation, tell)


def _rule(name: str, says: str, schema: dict[str, Any], tell: Tell) -> Iterator[Rule]:
    import jsonschema_rs

    try:
        jsonschema_rs.validator_for(schema)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        tell(f"the rule {name} is no JSON Schema: {error.args[0]}")
    else:
        yield Rule(name=name, says=says, schema=json.dumps(schema, sort_keys=True))
