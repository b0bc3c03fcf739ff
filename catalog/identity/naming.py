"""An event with every dataset and column called by its one name. Pure; the event itself stays as it came."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lineage.identity import Rules, canonical, canonical_column
from lineage.names import DatasetId
from lineage.openlineage import EventDataset, ParsedEvent
from lineage.openlineage.event import Facets

# The facets that name datasets or columns in a way that the graph's facts follow.
_OF_DATASETS = ("columnLineage", "lineage", "symlinks")
_OF_RUNS = ("lakeproof_supersedes",)
_OF_JOBS = ("lineage",)


def named(event: ParsedEvent, rules: Rules) -> ParsedEvent:
    """event by the names that rules give."""
    return replace(
        event,
        dataset=None if event.dataset is None else _dataset(event.dataset, rules),
        inputs=tuple(_dataset(item, rules) for item in event.inputs),
        outputs=tuple(_dataset(item, rules) for item in event.outputs),
        run_facets=_facets(event.run_facets, _OF_RUNS, rules),
        job_facets=_facets(event.job_facets, _OF_JOBS, rules),
    )


def _dataset(item: EventDataset, rules: Rules) -> EventDataset:
    owner = canonical(item.id, rules)
    facets = _facets(item.facets, _OF_DATASETS, rules, owner)
    fields = facets.get("schema", {}).get("fields")
    if fields:
        schema = {**facets["schema"], "fields": [_field(field, owner, rules) for field in fields]}
        facets = {**facets, "schema": schema}
    return replace(item, id=owner, facets=facets)


def _facets(facets: Facets, keys: tuple[str, ...], rules: Rules, owner: DatasetId | None = None) -> Facets:
    told = {key: _told(facets[key], rules, owner) for key in keys if key in facets}
    return {**facets, **told} if told else facets


def _told(value: Any, rules: Rules, owner: DatasetId | None) -> Any:
    """value with its references to datasets and columns renamed; owner is whose columns `fields` are."""
    if isinstance(value, list):
        return [_told(each, rules, owner) for each in value]
    if not isinstance(value, Mapping):
        return value
    renamed: dict[str, Any] = dict(value)
    space, name = value.get("namespace"), value.get("name")
    if isinstance(space, str) and isinstance(name, str) and value.get("type") != "JOB":
        owner = canonical(DatasetId(namespace=space, name=name), rules)
        renamed["namespace"], renamed["name"] = owner.namespace, owner.name
    for key, each in value.items():
        if key == "field" and isinstance(each, str) and owner is not None:
            renamed[key] = canonical_column(owner, each, rules)
        elif key == "fields" and isinstance(each, Mapping) and owner is not None:
            renamed[key] = {
                canonical_column(owner, column, rules): _told(sources, rules, None)
                for column, sources in each.items()
            }
        elif isinstance(each, (list, Mapping)):
            renamed[key] = _told(each, rules, owner)
    return renamed


def _field(field: Mapping[str, Any], owner: DatasetId, rules: Rules) -> dict[str, Any]:
    inner = (
        {"fields": [_field(each, owner, rules) for each in field["fields"]]} if field.get("fields") else {}
    )
    return {**field, "name": canonical_column(owner, field["name"], rules), **inner}
