"""An event with every dataset and column called by its one name. Pure; the event itself stays as it came."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from operator import is_
from typing import Any

from lineage.identity import Rules, canonical, canonical_column, is_table
from lineage.names import DatasetId
from lineage.openlineage import EventDataset, ParsedEvent
from lineage.openlineage.event import Facets

# The facets that name datasets or columns in a way that the graph's facts follow.
_OF_DATASETS = ("columnLineage", "lifecycleStateChange", "lineage", "symlinks")
_OF_FEW_DATASETS = ("lifecycleStateChange", "lineage", "symlinks")
_OF_RUNS = ("lakeproof_supersedes",)
_OF_JOBS = ("lineage",)

_HOLDS = (dict, list)
_NAMELESS = frozenset({"transformations"})
_MOST, _LONG = 65536, 256  # names whose form is remembered, and the characters that they may have


def named(event: ParsedEvent, rules: Rules) -> ParsedEvent:
    """event by the names that rules give; the very same object where those are the names it came with."""
    dataset = None if event.dataset is None else _dataset(event.dataset, rules)
    inputs = [_dataset(item, rules) for item in event.inputs]
    outputs = [_dataset(item, rules) for item in event.outputs]
    run_facets = _facets(event.run_facets, _OF_RUNS, rules)
    job_facets = _facets(event.job_facets, _OF_JOBS, rules)
    same = (
        dataset is event.dataset
        and run_facets is event.run_facets
        and job_facets is event.job_facets
        and all(map(is_, inputs, event.inputs))
        and all(map(is_, outputs, event.outputs))
    )
    if same:
        return event
    return replace(
        event,
        dataset=dataset,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        run_facets=run_facets,
        job_facets=job_facets,
    )


class _Settled(dict[tuple[str, str], bool]):
    """Whether a dataset's name is its one form already, and so are those of its columns, whatever they are called."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, key: tuple[str, str]) -> bool:
        dataset = DatasetId(namespace=key[0], name=key[1])
        settled = canonical(dataset, self._rules) == dataset and not is_table(dataset, self._rules)
        if len(key[0]) + len(key[1]) <= _LONG:
            if len(self) == _MOST:
                self.clear()
            self[key] = settled
        return settled


_settled_by = lru_cache(maxsize=4)(_Settled)


def _is_settled(item: EventDataset, settled: _Settled) -> bool:
    """Whether nothing in what an event says of a dataset has another name. As in most events, so it is asked first."""
    if not settled[item.id.namespace, item.id.name]:
        return False
    if any(key in item.facets for key in _OF_FEW_DATASETS):
        return False
    facet = item.facets.get("columnLineage")
    if facet is None:
        return True
    lists = [each["inputFields"] for each in facet["fields"].values()]
    lists.append(facet.get("dataset", ()))
    return all(settled[each["namespace"], each["name"]] for sources in lists for each in sources)


def _dataset(item: EventDataset, rules: Rules) -> EventDataset:
    if _is_settled(item, _settled_by(rules)):
        return item
    owner = canonical(item.id, rules)
    facets = _facets(item.facets, _OF_DATASETS, rules, owner)
    fields = facets.get("schema", {}).get("fields")
    if fields:
        renamed = [_field(field, owner, rules) for field in fields]
        if not all(map(is_, renamed, fields)):
            facets = {**facets, "schema": {**facets["schema"], "fields": renamed}}
    if facets is item.facets and owner == item.id:
        return item
    return replace(item, id=owner, facets=facets)


def _facets(facets: Facets, keys: tuple[str, ...], rules: Rules, owner: DatasetId | None = None) -> Facets:
    told = {key: _told(facets[key], rules, owner) for key in keys if key in facets}
    return {**facets, **told} if any(told[key] is not facets[key] for key in told) else facets


def _told(value: Any, rules: Rules, owner: DatasetId | None) -> Any:
    """value with its references to datasets and columns renamed; owner is whose columns `fields` are."""
    if type(value) is list:
        told = [_told(each, rules, owner) for each in value]
        return value if all(map(is_, told, value)) else told
    if type(value) is not dict:
        return value
    renamed: dict[str, Any] = {}
    space, name = value.get("namespace"), value.get("name")
    if isinstance(space, str) and isinstance(name, str) and value.get("type") != "JOB":
        owner = canonical(DatasetId(namespace=space, name=name), rules)
        if owner.namespace != space or owner.name != name:
            renamed.update(namespace=owner.namespace, name=owner.name)
    for key, each in value.items():
        new = _member(key, each, rules, owner)
        if new is not each:
            renamed[key] = new
    return {**value, **renamed} if renamed else value


def _member(key: str, value: Any, rules: Rules, owner: DatasetId | None) -> Any:
    kind = type(value)
    if kind is str:
        name = canonical_column(owner, value, rules) if key == "field" and owner is not None else value
        return value if name == value else name
    if kind is dict and key == "fields" and owner is not None:
        told = {
            canonical_column(owner, column, rules): _told(sources, rules, None)
            for column, sources in value.items()
        }
        return value if all(told.get(column) is sources for column, sources in value.items()) else told
    return _told(value, rules, owner) if kind in _HOLDS and key not in _NAMELESS else value


def _field(field: Mapping[str, Any], owner: DatasetId, rules: Rules) -> Mapping[str, Any]:
    stated: str = field["name"]
    name = canonical_column(owner, stated, rules)
    inner = field.get("fields")
    if inner:
        renamed = [_field(each, owner, rules) for each in inner]
        if not all(map(is_, renamed, inner)):
            return {**field, "name": name, "fields": renamed}
    return field if name == stated else {**field, "name": name}
