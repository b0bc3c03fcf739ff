"""What facets tell of a dataset, a job or a run, as DataHub's aspects. Pure.

An aspect is only made where a facet states it, so that an event without the facet takes nothing back.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from datahub.metadata import schema_classes as dh

from catalog.aspects import urns
from catalog.aspects.aspect import Aspect, aspect, millis
from catalog.aspects.view import DescribedView
from lineage.openlineage.told import Owner, RunTold, Tag, told_of_dataset
from lineage.times import render_moment


def of_described(view: DescribedView) -> Iterator[Aspect]:
    """Type, owners, tags and profile of a dataset."""
    urn = urns.dataset_urn(view.dataset)
    told = told_of_dataset(view.facets)
    if told.kind:
        yield aspect(urn, dh.SubTypesClass(typeNames=[told.kind]))
    yield from owned(urn, told.owners)
    yield from tagged(urn, [tag for tag in told.tags if not tag.column])
    for column in sorted({tag.column for tag in told.tags if tag.column}):
        field = urns.field_urn(view.dataset, column)
        yield from tagged(field, [tag for tag in told.tags if tag.column == column])
    measured = view.io_facets.get("dataQualityMetrics") or view.facets.get("dataQualityMetrics")
    if measured is not None:
        at = millis(view.at)
        yield aspect(urn, _profile(measured, at), at)


def owned(urn: str, owners: Iterable[Owner]) -> Iterator[Aspect]:
    """Owners as DataHub's converter makes them of the ownership facet."""
    source = dh.OwnershipSourceClass(type=dh.OwnershipSourceTypeClass.SERVICE)
    found = [
        dh.OwnerClass(owner=urns.actor_urn(name), type=dh.OwnershipTypeClass.DEVELOPER, source=source)
        for name in sorted({owner.name for owner in owners})
    ]
    if found:
        yield aspect(urn, dh.OwnershipClass(owners=found))


def tagged(urn: str, tags: Iterable[Tag]) -> Iterator[Aspect]:
    """Tags `key:value`, or `key` where the value is true; each is an entity of its own."""
    names = sorted({tag.key if tag.value == "true" else f"{tag.key}:{tag.value}" for tag in tags})
    for name in names:
        yield aspect(urns.tag_urn(name), dh.TagPropertiesClass(name=name))
    if names:
        associations = [dh.TagAssociationClass(tag=urns.tag_urn(name)) for name in names]
        yield aspect(urn, dh.GlobalTagsClass(tags=associations))


def run_properties(told: RunTold) -> dict[str, str]:
    """What a run tells that DataHub has no field for, as properties."""
    stated = {
        "nominalStart": None if told.nominal_start is None else render_moment(told.nominal_start),
        "nominalEnd": None if told.nominal_end is None else render_moment(told.nominal_end),
        "root": None if told.root is None else urns.run_urn(told.root.id),
        "engine": None if told.engine is None else " ".join(told.engine).strip(),
        "query": None if told.query is None else ":".join(told.query),
        "unread": None if told.unread is None else f"{told.unread[0]} of {told.unread[1]}",
        "tags": ", ".join(f"{tag.key}:{tag.value}" for tag in told.tags) or None,
    }
    return {key: value for key, value in stated.items() if value is not None}


def _profile(measured: Mapping[str, Any], at: int) -> Any:
    columns = measured["columnMetrics"]
    return dh.DatasetProfileClass(
        timestampMillis=at,
        rowCount=_whole(measured.get("rowCount")),
        sizeInBytes=_whole(measured.get("bytes")),
        fieldProfiles=[_field(name, columns[name]) for name in sorted(columns)] or None,
    )


def _field(name: str, metrics: Mapping[str, Any]) -> Any:
    quantiles = metrics.get("quantiles") or {}
    return dh.DatasetFieldProfileClass(
        fieldPath=name,
        nullCount=_whole(metrics.get("nullCount")),
        uniqueCount=_whole(metrics.get("distinctCount")),
        min=_text(metrics.get("min")),
        max=_text(metrics.get("max")),
        quantiles=[dh.QuantileClass(quantile=key, value=str(quantiles[key])) for key in sorted(quantiles)]
        or None,
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _text(value: float | None) -> str | None:
    return None if value is None else str(value)
