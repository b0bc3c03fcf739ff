"""What the descriptive facets of a run, a job or a dataset tell, as values. Pure; the facets passed the rules."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lineage.names import JobId, RunId
from lineage.openlineage.event import Facets
from lineage.openlineage.validate import parse_event_time
from lineage.recorder import RunRef


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Tag:
    """`column` where the tag is one of a dataset's columns'."""

    key: str
    value: str
    column: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Owner:
    """`name` is often a urn such as `team:data`; `kind` such as MAINTAINER."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTold:
    """`engine` and `query` as (name, version) and (system, id); `unread`: (failed, all) of the run's statements."""

    nominal_start: datetime | None
    nominal_end: datetime | None
    root: RunRef | None
    engine: tuple[str, str] | None
    query: tuple[str, str] | None
    unread: tuple[int, int] | None
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTold:
    """`processing` is BATCH, STREAMING, SERVICE or nothing."""

    description: str
    processing: str
    integration: str
    kind: str
    owners: tuple[Owner, ...]
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetTold:
    """`kind` such as TABLE or VIEW/MATERIALIZED."""

    description: str
    kind: str
    owners: tuple[Owner, ...]
    tags: tuple[Tag, ...]


def told_of_run(facets: Facets) -> RunTold:
    nominal, engine = facets.get("nominalTime", {}), facets.get("processing_engine")
    query, unread = facets.get("externalQuery"), facets.get("extractionError")
    return RunTold(
        nominal_start=_moment(nominal.get("nominalStartTime")),
        nominal_end=_moment(nominal.get("nominalEndTime")),
        root=root_of(facets),
        engine=(engine.get("name", ""), engine["version"]) if engine is not None else None,
        query=(query["source"], query["externalQueryId"]) if query is not None else None,
        unread=(int(unread["failedTasks"]), int(unread["totalTasks"])) if unread is not None else None,
        tags=_tags(facets),
    )


def told_of_job(facets: Facets) -> JobTold:
    kind = facets.get("jobType", {})
    return JobTold(
        description=facets.get("documentation", {}).get("description", ""),
        processing=kind.get("processingType", ""),
        integration=kind.get("integration", ""),
        kind=kind.get("jobType", ""),
        owners=_owners(facets),
        tags=_tags(facets),
    )


def told_of_dataset(facets: Facets) -> DatasetTold:
    kind = facets.get("datasetType", {})
    return DatasetTold(
        description=facets.get("documentation", {}).get("description", ""),
        kind="/".join(kind[key] for key in ("datasetType", "subType") if kind.get(key)),
        owners=_owners(facets),
        tags=_tags(facets),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_event_time(text)


def root_of(facets: Facets) -> RunRef | None:
    """The run that facets, a run's, name as the root of them all."""
    root = facets.get("parent", {}).get("root")
    if root is None:
        return None
    job = JobId(namespace=root["job"]["namespace"], name=root["job"]["name"])
    return RunRef(id=RunId(UUID(root["run"]["runId"])), job=job)


def _owners(facets: Facets) -> tuple[Owner, ...]:
    stated = facets.get("ownership", {}).get("owners", ())
    return tuple(sorted({Owner(name=each["name"], kind=each.get("type", "")) for each in stated}))


def _tags(facets: Facets) -> tuple[Tag, ...]:
    stated = facets.get("tags", {}).get("tags", ())
    found = (
        Tag(key=e["key"], value=e["value"], column=e.get("field", ""), source=e.get("source", ""))
        for e in stated
    )
    return tuple(sorted(set(found)))
