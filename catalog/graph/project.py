"""From one event to the facts it states. Pure: the same event gives the same facts, whatever came before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import orjson

from catalog.identity.naming import named
from lineage.canonical import sha256
from lineage.identity import Rules
from lineage.names import LAKE, DatasetId, JobId
from lineage.openlineage import EventDataset, EventKind, ParsedEvent
from lineage.recorder import RunRef

#: What a job event counts as: a statement of the job's inputs and outputs, without a run.
DECLARED = "DECLARED"

_DECLARATIONS = UUID("6f0d6a1e-5b0e-5c39-9d5b-0f6a3a2f8f11")
_STANDS_ALONE = frozenset({"CREATE", "OVERWRITE"})


class Flow(StrEnum):
    """Whether a run reads or writes."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A run's event, or a declaration. `content` is canonical JSON: the facets of run, job and datasets.

    Datasets are called by their one name there; what the event called them is `stated`, where that differs.
    """

    run: UUID
    declared: bool
    job: JobId
    event_type: str
    service: bool  # and not a batch
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFact:
    dataset: DatasetId
    version: str | None
    direction: Flow
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFact:
    """`fields`: (name, type) in order; nested fields as `outer.inner`."""

    dataset: DatasetId
    version: str | None
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnEdge:
    """`target` None: every column of the output depends on the source."""

    target: str | None
    source: DatasetId
    column: str
    transformation: str

    def sort_key(self) -> tuple[str, DatasetId, str, str]:
        return (self.target or "", self.source, self.column, self.transformation)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsFact:
    """The column lineage of one output. `digest` identifies what it says, whichever run says it."""

    dataset: DatasetId
    version: str | None
    members: tuple[str, ...]
    edges: tuple[ColumnEdge, ...]

    @property
    def digest(self) -> str:
        edges = [
            [e.target, e.source.namespace, e.source.name, e.column, e.transformation] for e in self.edges
        ]
        return sha256(compact([self.dataset.namespace, self.dataset.name, self.members, edges]).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class SymlinkFact:
    dataset: DatasetId
    other: DatasetId
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersessionFact:
    dataset: DatasetId
    version: str
    where: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that one event states. Findings are canonical JSON."""

    event_time: datetime
    occasion: Occasion | None
    datasets: tuple[DatasetId, ...]
    flows: tuple[FlowFact, ...]
    schemas: tuple[SchemaFact, ...]
    columns: tuple[ColumnsFact, ...]
    symlinks: tuple[SymlinkFact, ...]
    supersessions: tuple[SupersessionFact, ...]
    findings: tuple[str, ...]
    parent: RunRef | None


def project(stated: ParsedEvent, rules: Rules) -> Facts:
    """The facts that an event states, each once, about datasets and columns by their names under rules."""
    event = named(stated, rules)
    columns = tuple(fact for dataset in event.outputs for fact in _columns(dataset))
    mentioned = (*event.inputs, *event.outputs, *((event.dataset,) if event.dataset is not None else ()))
    symlinks = tuple(dict.fromkeys(fact for item in mentioned for fact in _symlinks(item)))
    flows = dict.fromkeys(
        (
            *_reads(event),
            *_implied_reads(event, columns),
            *(f for item in event.outputs for f in _writes(item)),
        )
    )
    return Facts(
        event_time=event.event_time,
        occasion=_occasion(stated, event),
        datasets=tuple(dict.fromkeys((*(item.id for item in mentioned), *(link.other for link in symlinks)))),
        flows=tuple(flows) if event.job is not None else (),
        schemas=tuple(dict.fromkeys(fact for item in mentioned for fact in _schemas(item))),
        columns=tuple(dict.fromkeys(columns)) if event.job is not None else (),
        symlinks=symlinks,
        supersessions=tuple(dict.fromkeys(_supersessions(event))),
        findings=tuple(dict.fromkeys(_findings(event))),
        parent=event.parent,
    )


def versions_of(dataset: EventDataset) -> tuple[str | None, ...]:
    """What an event declares: the commits, oldest first, or the version facet, or None for unknown."""
    commits = dataset.facets.get("lakeproof_commits")
    stated = [str(int(number)) for number in commits["versions"]] if commits is not None else []
    if dataset.version is not None and dataset.version not in stated:
        stated.append(dataset.version)
    return tuple(stated) or (None,)


def number_of(dataset: DatasetId, version: str | None) -> int | None:
    """The version as a count where versions count up: in the lake."""
    if dataset.namespace != LAKE or version is None or not (version.isascii() and version.isdigit()):
        return None
    return int(version) if len(version) < 16 else None


def compact(value: Any) -> str:
    """JSON text that is the same for the same value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _occasion(stated: ParsedEvent, event: ParsedEvent) -> Occasion | None:
    """What stated says, with datasets called as in event."""
    if event.job is None:
        return None
    content = compact(
        {
            "run": stated.run_facets,
            "job": stated.job_facets,
            **({"job_gone": stated.job_gone} if stated.job_gone else {}),
            "inputs": list(map(_mention, stated.inputs, event.inputs)),
            "outputs": list(map(_mention, stated.outputs, event.outputs)),
        }
    )
    service = event.job_facets.get("jobType", {}).get("processingType") == "SERVICE"
    known = partial(Occasion, job=event.job, service=service, content=content)
    if event.run_id is not None:
        return known(run=event.run_id, declared=False, event_type=str(event.event_type or "OTHER"))
    assert event.kind is EventKind.JOB  # the only other kind with a job
    declaration = uuid5(_DECLARATIONS, f"{event.job} {event.event_time.isoformat()} {content}")
    return known(run=declaration, declared=True, event_type=DECLARED)


def _mention(dataset: EventDataset, called: EventDataset) -> dict[str, Any]:
    stated = {"namespace": dataset.id.namespace, "name": dataset.id.name}
    return {
        **({"stated": stated} if called.id != dataset.id else {}),
        "namespace": called.id.namespace,
        "name": called.id.name,
        "versions": [version for version in versions_of(dataset) if version is not None],
        "facets": dataset.facets,
        "io": dataset.io_facets,
        **({"gone": dataset.gone} if dataset.gone else {}),
    }


def _reads(event: ParsedEvent) -> Iterator[FlowFact]:
    for item in event.inputs:
        for version in versions_of(item):
            yield FlowFact(dataset=item.id, version=version, direction=Flow.IN)


def _implied_reads(event: ParsedEvent, columns: Iterable[ColumnsFact]) -> Iterator[FlowFact]:
    """A dataset whose column was read was read, though the event forgets to list it."""
    stated = {item.id for item in event.inputs}
    for fact in columns:
        for edge in fact.edges:
            if edge.source not in stated and edge.source != fact.dataset:
                yield FlowFact(dataset=edge.source, version=None, direction=Flow.IN)


def _writes(item: EventDataset) -> Iterator[FlowFact]:
    change = item.facets.get("lifecycleStateChange", {}).get("lifecycleStateChange")
    for position, version in enumerate(versions_of(item)):
        alone = change in _STANDS_ALONE and position == 0
        yield FlowFact(dataset=item.id, version=version, direction=Flow.OUT, alone=alone)


def _schemas(item: EventDataset) -> Iterator[SchemaFact]:
    schema = item.facets.get("schema")
    if schema is not None and schema.get("fields"):
        fields = tuple(_fields(schema["fields"], ""))
        yield SchemaFact(dataset=item.id, version=versions_of(item)[-1], fields=fields)


def _fields(fields: Iterable[Mapping[str, Any]], prefix: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        name = prefix + field["name"]
        yield name, field.get("type", "")
        yield from _fields(field.get("fields", ()), f"{name}.")


def _columns(item: EventDataset) -> Iterator[ColumnsFact]:
    facet = item.facets.get("columnLineage")
    if facet is None:
        return
    edges: dict[ColumnEdge, None] = {}
    for target, sources in facet["fields"].items():
        named = _transformation(sources.get("transformationType"), None)
        edges.update((edge, None) for edge in _edges(target, sources["inputFields"], named))
    edges.update((edge, None) for edge in _edges(None, facet.get("dataset", ()), ""))
    named_fields = {name for fact in _schemas(item) for name, _ in fact.fields}
    yield ColumnsFact(
        dataset=item.id,
        version=versions_of(item)[-1],
        members=tuple(sorted({*facet["fields"], *named_fields})),
        edges=tuple(sorted(edges, key=ColumnEdge.sort_key)),
    )


def _edges(target: str | None, sources: Iterable[Mapping[str, Any]], default: str) -> Iterator[ColumnEdge]:
    for source in sources:
        dataset = DatasetId(namespace=source["namespace"], name=source["name"])
        stated = source.get("transformations") or ()
        kinds = [_transformation(each["type"], each.get("subtype")) for each in stated] or [default]
        for kind in kinds:
            yield ColumnEdge(target=target, source=dataset, column=source["field"], transformation=kind)


def _transformation(kind: str | None, subtype: str | None) -> str:
    """`DIRECT/IDENTITY`; the first version of the facet named only IDENTITY or MASKED, both direct."""
    if kind in {"IDENTITY", "MASKED"}:
        return f"DIRECT/{kind}"
    return f"{kind}/{subtype}" if subtype else kind or ""


def _symlinks(item: EventDataset) -> Iterator[SymlinkFact]:
    for other in item.facets.get("symlinks", {}).get("identifiers", ()):
        name = DatasetId(namespace=other["namespace"], name=other["name"])
        yield SymlinkFact(dataset=item.id, other=name, kind=other["type"])


def _supersessions(event: ParsedEvent) -> Iterator[SupersessionFact]:
    facet = event.run_facets.get("lakeproof_supersedes")
    if facet is None:
        return
    for replaced in facet["replaced"]:
        dataset = DatasetId(namespace=replaced["dataset"]["namespace"], name=replaced["dataset"]["name"])
        yield SupersessionFact(
            dataset=dataset, version=replaced["version"], where=replaced["where"], because=facet["because"]
        )


def _findings(event: ParsedEvent) -> Iterator[str]:
    facet = event.run_facets.get("lakeproof_findings")
    for finding in facet["findings"] if facet is not None else ():
        yield compact(finding)
