"""A run from its events, in whatever order they came. Pure."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from catalog.graph.project import Flow
from catalog.graph.records import RunDataset, RunRecord, RunState
from lineage.certainty import Certainty
from lineage.names import DatasetId, JobId, RunId
from lineage.recorder import RunRef

#: The names that speak for datasets.
Called: TypeAlias = Callable[[Iterable[DatasetId]], Mapping[DatasetId, DatasetId]]

# At the same moment, the later word wins: an end over a start, and the worse end over the better.
_RANK = {"START": 0, "RUNNING": 1, "OTHER": 2, "COMPLETE": 3, "ABORT": 4, "FAIL": 5}
_ENDS = {"COMPLETE": RunState.COMPLETE, "ABORT": RunState.ABORT, "FAIL": RunState.FAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """One event of a run as the graph keeps it; `content` is `project`'s canonical JSON."""

    seq: int
    event_type: str
    event_time: datetime
    job: JobId
    actor: str
    content: str

    def order(self) -> tuple[datetime, int, str, JobId]:
        """The same for the same event, whenever it came."""
        return (self.event_time, _RANK.get(self.event_type, 2), self.content, self.job)


def fold(run: RunId, events: Iterable[RunEvent], called: Called) -> RunRecord:
    """The run that events, at least one, tell of; with its datasets as they are called."""
    ordered = sorted(events, key=RunEvent.order)
    contents = [json.loads(event.content) for event in ordered]
    facets = _merged(content["run"] for content in contents)
    state, ended_at = state_of(ordered)
    starts = [event.event_time for event in ordered if event.event_type == "START"]
    return RunRecord(
        id=run,
        job=ordered[-1].job,
        state=state,
        started_at=min(starts, default=None),
        ended_at=ended_at,
        actor=ordered[0].actor,
        facets=facets,
        job_facets=_merged((content["job"] for content in contents), _taken_back(contents, "job_gone")),
        inputs=_datasets([content["inputs"] for content in contents], called),
        outputs=_datasets([content["outputs"] for content in contents], called),
        parent=_parent(facets),
        error=facets["errorMessage"]["message"] if "errorMessage" in facets else None,
        entries=tuple(sorted(event.seq for event in ordered)),
    )


class Told(Protocol):
    """What of an event its run's state depends on."""

    @property
    def event_type(self) -> str: ...

    @property
    def event_time(self) -> datetime: ...


def told_order(event: Told) -> tuple[datetime, int]:
    """Where among its run's events an event's word on the run's state stands."""
    return event.event_time, _RANK.get(event.event_type, 2)


def state_of(ordered: Sequence[Told]) -> tuple[RunState, datetime | None]:
    """The last end wins. A failed run that starts again is running; a completed one stays completed."""
    ends = [event for event in ordered if event.event_type in _ENDS]
    begun = [event for event in ordered if event.event_type in {"START", "RUNNING"}]
    if not ends:
        return (RunState.RUNNING if begun else RunState.UNKNOWN), None
    last = ends[-1]
    again = any(event.event_type == "START" and event.event_time > last.event_time for event in begun)
    if again and last.event_type != "COMPLETE":
        return RunState.RUNNING, None
    return _ENDS[last.event_type], last.event_time


def _merged(facets: Iterable[Mapping[str, Any]], gone: Iterable[Sequence[str]] = ()) -> dict[str, Any]:
    """The last word on each facet, taken back ones left out. `gone` goes along with facets, one for each."""
    merged: dict[str, Any] = {}
    for each, taken_back in zip_longest(facets, gone, fillvalue=()):
        merged.update(each)
        for key in taken_back:
            merged.pop(key, None)
    return dict(sorted(merged.items()))


def _taken_back(stated: Iterable[Mapping[str, Any]], key: str) -> Iterator[Sequence[str]]:
    return (each.get(key, ()) for each in stated)


def _datasets(mentions: Iterable[Sequence[Mapping[str, Any]]], called: Called) -> tuple[RunDataset, ...]:
    """A dataset mentioned without a version is the one mentioned with it; its facets join."""
    listed = [mention for event in mentions for mention in event]
    names = [DatasetId(namespace=mention["namespace"], name=mention["name"]) for mention in listed]
    one = called(names)
    stated: dict[DatasetId, list[Mapping[str, Any]]] = {}
    for name, mention in zip(names, listed, strict=True):
        stated.setdefault(one[name], []).append(mention)
    found: list[RunDataset] = []
    for dataset, each in stated.items():
        versions = dict.fromkeys(version for mention in each for version in mention["versions"])
        for version in versions or (None,):
            said = [m for m in each if not m["versions"] or version in m["versions"]]
            found.append(_dataset(dataset, version, said))
    return tuple(sorted(found, key=_place))


def _dataset(dataset: DatasetId, version: str | None, mentions: Sequence[Mapping[str, Any]]) -> RunDataset:
    return RunDataset(
        dataset=dataset,
        version=version,
        certainty=Certainty.UNKNOWN if version is None else Certainty.DECLARED,
        facets=_merged((mention["facets"] for mention in mentions), _taken_back(mentions, "gone")),
        io_facets=_merged(mention["io"] for mention in mentions),
    )


def _place(item: RunDataset) -> tuple[DatasetId, int, str]:
    return item.dataset, *version_order(item.version)


def version_order(version: str | None) -> tuple[int, str]:
    """Sorts versions that count as numbers, others as text, unknown first."""
    if version is None:
        return (-1, "")
    return (int(version) if version.isascii() and version.isdigit() and len(version) < 16 else 0, version)


def _parent(facets: Mapping[str, Any]) -> RunRef | None:
    parent = facets.get("parent")
    if parent is None:
        return None
    job = JobId(namespace=parent["job"]["namespace"], name=parent["job"]["name"])
    return RunRef(id=RunId(UUID(parent["run"]["runId"])), job=job)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSeen:
    """A visible flow of a run, by row numbers. `declared`: its version is known."""

    run: int
    dataset: int
    version: int
    previous: int | None
    direction: Flow
    declared: bool
    alone: bool
    since: datetime
    known_from: datetime


def joined(flows: Iterable[FlowSeen]) -> Iterator[FlowSeen]:
    """One flow per run, version and direction; an undeclared version gives way to a declared one."""
    best: dict[tuple[int, int, Flow], FlowSeen] = {}
    declared: set[tuple[int, int, Flow]] = set()
    for flow in flows:
        key = (flow.run, flow.version, flow.direction)
        best[key] = _both(best[key], flow) if key in best else flow
        if flow.declared:
            declared.add((flow.run, flow.dataset, flow.direction))
    for flow in best.values():
        if flow.declared or (flow.run, flow.dataset, flow.direction) not in declared:
            yield flow


def _both(one: FlowSeen, other: FlowSeen) -> FlowSeen:
    return FlowSeen(
        run=one.run,
        dataset=one.dataset,
        version=one.version,
        previous=one.previous,
        direction=one.direction,
        declared=one.declared,
        alone=one.alone or other.alone,
        since=min(one.since, other.since),
        known_from=min(one.known_from, other.known_from),
    )
