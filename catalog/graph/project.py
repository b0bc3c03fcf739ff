"""From one event to the facts it states. Pure: the same event gives the same facts, whatever came before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from catalog.graph.compact import compact
from catalog.graph.stated.claims import Claim, Told, told_outright
from catalog.graph.stated.columns import ColumnEdge, ColumnsFact, SchemaFact, columns_of, schemas_of
from catalog.graph.stated.explicit import without_job
from catalog.graph.stated.flows import FeedFact, Flow, FlowFact, HandFact, number_of, versions_of
from catalog.graph.stated.sql import UnfollowedFact, columns_from_sql
from catalog.identity.naming import named
from lineage.identity import Rules
from lineage.names import DatasetId, JobId
from lineage.openlineage import EventDataset, ParsedEvent
from lineage.openlineage.told import root_of
from lineage.recorder import RunRef

__all__ = [
    "DECLARED",
    "ICEBERG",
    "ColumnEdge",
    "ColumnsFact",
    "Facts",
    "Flow",
    "FlowFact",
    "Occasion",
    "SchemaFact",
    "compact",
    "number_of",
    "project",
    "versions_of",
]

#: What a job event counts as: a statement of the job's inputs and outputs, without a run.
DECLARED = "DECLARED"

#: The kind of a symlink of kind TABLE to a table that its catalog facet places in a catalog of Iceberg.
ICEBERG = "TABLE iceberg"

_DECLARATIONS = UUID("6f0d6a1e-5b0e-5c39-9d5b-0f6a3a2f8f11")
_STANDS_ALONE = frozenset({"CREATE", "OVERWRITE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A run's event, or a declaration. `content` is canonical JSON: the facets of run, job and datasets.

    Datasets are called by their one name there; what the event called them is `stated`, where that differs.
    """

    run: UUID
    declared: bool
    job: JobId
    event_type: str
    service: bool | None  # and not a batch; None: the event does not say
    content: str


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
    feeds: tuple[FeedFact, ...]
    hands: tuple[HandFact, ...]
    claims: tuple[Claim, ...]
    schemas: tuple[SchemaFact, ...]
    columns: tuple[ColumnsFact, ...]
    unfollowed: tuple[UnfollowedFact, ...]
    symlinks: tuple[SymlinkFact, ...]
    supersessions: tuple[SupersessionFact, ...]
    findings: tuple[str, ...]
    parent: RunRef | None
    root: RunRef | None  # above all parents


def project(stated: ParsedEvent, rules: Rules) -> Facts:
    """The facts that an event states, each once, about datasets and columns by their names under rules."""
    event = named(stated, rules)
    columns = columns_of(event)
    derived, unfollowed = columns_from_sql(stated, event)
    mentioned = (*event.inputs, *event.outputs, *((event.dataset,) if event.dataset is not None else ()))
    symlinks = tuple(dict.fromkeys(fact for item in mentioned for fact in _symlinks(item)))
    occasion = _occasion(stated, event)
    told = Told() if occasion is None else told_outright(event, columns, (occasion.job, occasion.run))
    flows = dict.fromkeys(
        (
            *_reads(event),
            *_implied_reads(event, (*columns, *derived)),
            *(f for item in event.outputs for f in _writes(item)),
            *told.flows,
        )
    )
    return Facts(
        event_time=event.event_time,
        occasion=occasion,
        datasets=tuple(dict.fromkeys((*(item.id for item in mentioned), *(link.other for link in symlinks)))),
        flows=tuple(flows) if occasion is not None else (),
        feeds=told.feeds,
        hands=told.hands,
        claims=told.claims,
        schemas=tuple(dict.fromkeys(fact for item in mentioned for fact in schemas_of(item))),
        columns=(*columns, *derived) if occasion is not None else (),
        unfollowed=unfollowed if occasion is not None else (),
        symlinks=symlinks,
        supersessions=tuple(dict.fromkeys(_supersessions(event))),
        findings=tuple(dict.fromkeys(_findings(event))),
        parent=event.parent,
        root=root_of(event.run_facets),
    )


def _occasion(stated: ParsedEvent, event: ParsedEvent) -> Occasion | None:
    """What stated says, with datasets called as in event. None for a dataset that says nothing of its lineage."""
    job = event.job if event.job is not None else without_job(event)
    if job is None:
        return None
    also = () if stated.dataset is None or event.dataset is None else ((stated.dataset, event.dataset),)
    content = compact(
        {
            "run": stated.run_facets,
            "job": stated.job_facets,
            **({"job_gone": stated.job_gone} if stated.job_gone else {}),
            "inputs": list(map(_mention, stated.inputs, event.inputs)),
            "outputs": [*map(_mention, stated.outputs, event.outputs), *(_mention(*each) for each in also)],
        }
    )
    known = partial(Occasion, job=job, service=_service(event), content=content)
    if event.run_id is not None:
        kind = event.event_type.value if event.event_type is not None else "OTHER"
        return known(run=event.run_id, declared=False, event_type=kind)
    declaration = uuid5(_DECLARATIONS, f"{job} {event.event_time.isoformat()} {content}")
    return known(run=declaration, declared=True, event_type=DECLARED)


def _service(event: ParsedEvent) -> bool | None:
    """Whether the event says that its job is a service; taking back what was said of its type, it is none."""
    if "jobType" in event.job_facets:
        return bool(event.job_facets["jobType"]["processingType"] == "SERVICE")
    return False if "jobType" in event.job_gone else None


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


def _symlinks(item: EventDataset) -> Iterator[SymlinkFact]:
    iceberg = str(item.facets.get("catalog", {}).get("framework", "")).lower() == "iceberg"
    for other in item.facets.get("symlinks", {}).get("identifiers", ()):
        name = DatasetId(namespace=other["namespace"], name=other["name"])
        yield SymlinkFact(dataset=item.id, other=name, kind=other["type"])
        if iceberg and other["type"] == "TABLE":
            yield SymlinkFact(dataset=item.id, other=name, kind=ICEBERG)


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
