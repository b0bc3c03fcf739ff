"""Check an event against the specification's rules (`events.schema.json`), by the kind of event it is to be.

The kind is chosen first: under one rule for all kinds a fault's path would be hidden by the choice.
"""

import json
import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs

from lineage.errors import BadInput
from lineage.names import TableName
from lineage.openlineage.event import EventKind
from lineage.openlineage.faults import MOST, Fault, at_most, render_found, render_path

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[Tt](?P<clock>\d\d:\d\d:)(?P<second>\d\d)(?P<fraction>\.\d+)?"
    r"(?P<zone>[Zz]|[+-]\d\d:\d\d)\Z",
    re.ASCII,
)
_LONG = 40  # characters; nanoseconds and a zone have 35
_HOLDERS = frozenset({"facets", "inputFacets", "outputFacets"})
_FORMATS = {
    "uri": "a URI",
    "uuid": "a UUID such as 0190f5d7-8d2c-7cc0-a3b5-2f8e5f6f2a10",
    "moment": "a moment with a zone such as 2026-03-04T10:00:00Z",
    "lake-table": "the name of a table of the lake, schema.table in lower case",
}


def kind_of_event(event: dict[str, Any]) -> EventKind:
    """What the event is to be. What says it is a run event must name its run, whatever the letter allows."""
    if "run" in event or "eventType" in event:
        return EventKind.RUN
    named = str(event.get("schemaURL", "")).rpartition("/")[2]
    if "job" in event:
        return EventKind.RUN if named == EventKind.RUN else EventKind.JOB
    if "dataset" in event:
        return EventKind.DATASET
    return EventKind(named) if named in set(EventKind) else EventKind.RUN


def faults_of(event: object) -> tuple[Fault, ...]:
    """Every fault, in the order of the rules; empty when the event is allowed."""
    if not isinstance(event, dict):
        return (Fault(path="$", found=render_found(event), wanted="one event as a JSON object"),)
    validator = _validator(kind_of_event(event))
    if validator.is_valid(event):
        return ()
    errors = islice(validator.iter_errors(event), MOST + 1)
    return at_most(_fault(error) for error in errors)


def faulty_facets(event: dict[str, Any]) -> tuple[tuple[str | int, ...], ...]:
    """The paths of the facets that hold a fault; a fault outside of any facet is not among them."""
    found: dict[tuple[str | int, ...], None] = {}
    for error in _validator(kind_of_event(event)).iter_errors(event):
        path = tuple(error.instance_path)
        held = next((at for at, step in enumerate(path[:-1]) if step in _HOLDERS), None)
        if held is not None:
            found[path[: held + 2]] = None
    return tuple(found)


def parse_event_time(text: str) -> datetime:
    """An RFC 3339 moment, in UTC, cut to microseconds. Raises ValueError when text is none or has no zone."""
    # The rules ask for it, then the parser. A moment may have digits without end: such a text is not kept.
    return _kept_moment(text) if len(text) <= _LONG else _moment(text)


def _moment(text: str) -> datetime:
    parts = _MOMENT.match(text)
    if parts is None:
        raise ValueError(text)
    # RFC 3339 allows the leap second, datetime does not: it becomes the second before it.
    second = "59" if parts["second"] == "60" else parts["second"]
    zone = "+00:00" if parts["zone"] in "Zz" else parts["zone"]
    fraction = (parts["fraction"] or ".0")[:7].ljust(7, "0")
    moment = datetime.fromisoformat(f"{parts['day']}T{parts['clock']}{second}{fraction}{zone}")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


_kept_moment = lru_cache(maxsize=1024)(_moment)


@cache
def _validator(kind: EventKind) -> jsonschema_rs.Draft202012Validator:
    rules = json.loads((Path(__file__).parent / "events.schema.json").read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(
        {**rules, "$ref": f"#/$defs/{kind.value}"},
        validate_formats=True,
        formats={"moment": _is_moment, "lake-table": _is_lake_table},
    )


def _is_moment(text: str) -> bool:
    try:
        parse_event_time(text)
    except ValueError:
        return False
    return True


def _is_lake_table(text: str) -> bool:
    try:
        TableName.parse(text)
    except BadInput:
        return False
    return True


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    path = tuple(error.instance_path)
    rule = error.kind.as_dict()
    match error.kind.name:
        case "required":
            return Fault(
                path=render_path((*path, rule["property"])), found="nothing", wanted="it is required"
            )
        case "type":
            wanted = " or ".join(rule["types"])
        case "enum":
            wanted = "one of " + ", ".join(str(option) for option in rule["options"])
        case "format":
            wanted = _FORMATS.get(rule["format"], rule["format"])
        case "pattern" | "propertyNames":
            wanted = "text without NUL characters"
        case "dependentRequired" | "dependencies":
            wanted = "namespace and name together, or neither"
        case "falseSchema":
            wanted = "nothing there: an event is about a job or about a dataset"
        case "minimum" | "minItems" | "minLength":
            wanted = f"at least {rule['limit']}"
        case "maxLength":
            wanted = f"at most {rule['limit']} characters, as the databases' indexes hold them"
        case other:
            wanted = f"what the rule '{other}' allows"
    return Fault(path=render_path(path), found=render_found(error.instance), wanted=wanted)
