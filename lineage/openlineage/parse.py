"""From an event's bytes to values: strict JSON, then the specification's rules, then names. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from lineage.names import DatasetId, JobId, RunId
from lineage.openlineage.event import EventDataset, EventType, Facets, ParsedEvent, Sequence
from lineage.openlineage.faults import Fault, InvalidEvent, at_most
from lineage.openlineage.strict_json import TWICE, Read, read
from lineage.openlineage.validate import faults_of, kind_of_event, parse_event_time
from lineage.recorder import RunRef


def parse_event(body: bytes) -> ParsedEvent:
    """The event in body. Raises InvalidEvent listing every fault with its JSON path."""
    found = read(body)
    faults = _every_fault(found) if found.faults else faults_of(found.value)
    if faults:
        raise InvalidEvent(faults)
    return parse_checked(found.value)


def _every_fault(found: Read) -> tuple[Fault, ...]:
    """What is wrong as JSON, and as an event: there what was mended is called what was found."""
    instead = {fault.path: fault.found for fault in found.faults if fault.found != TWICE}
    ruled = (*faults_of(found.value), *faults_of(found.first))
    told = (replace(fault, found=instead.get(fault.path, fault.found)) for fault in ruled)
    return at_most((*found.faults, *told))


def parse_checked(event: dict[str, Any]) -> ParsedEvent:
    """An event in which the rules find no fault."""
    run = event.get("run") or {}
    run_facets = _kept(run.get("facets"))
    job = event.get("job")
    dataset = event.get("dataset") if "run" not in event and job is None else None
    return ParsedEvent(
        kind=kind_of_event(event),
        event_type=EventType(event["eventType"]) if "eventType" in event else None,
        event_time=parse_event_time(event["eventTime"]),
        producer=event["producer"],
        run_id=RunId(UUID(run["runId"])) if run else None,
        job=_job(job) if job is not None else None,
        dataset=_dataset(dataset, "facets") if dataset is not None else None,
        inputs=tuple(_dataset(item, "inputFacets") for item in event.get("inputs", ())),
        outputs=tuple(_dataset(item, "outputFacets") for item in event.get("outputs", ())),
        run_facets=run_facets,
        job_facets=_kept(job.get("facets") if job is not None else None),
        job_gone=_gone(job.get("facets") if job is not None else None),
        parent=_parent(run_facets),
        sequence=_sequence(run_facets),
    )


def _kept(facets: Facets | None) -> Facets:
    """A facet sent only to delete itself says nothing about this event."""
    if not facets or not _any_gone(facets):
        return facets or {}
    return {key: facet for key, facet in facets.items() if facet.get("_deleted") is not True}


def _gone(facets: Facets | None) -> tuple[str, ...]:
    if not facets or not _any_gone(facets):
        return ()
    return tuple(sorted(key for key, facet in facets.items() if facet.get("_deleted") is True))


def _any_gone(facets: Facets) -> bool:
    """Seldom, so it is asked first."""
    for facet in facets.values():  # noqa: SIM110  # in the way of every event, and a generator costs twice as much
        if "_deleted" in facet:
            return True
    return False


def _job(job: Mapping[str, Any]) -> JobId:
    return JobId(namespace=job["namespace"], name=job["name"])


def _dataset(dataset: Mapping[str, Any], io_facets: str) -> EventDataset:
    facets = _kept(dataset.get("facets"))
    version = facets.get("version")
    return EventDataset(
        id=DatasetId(namespace=dataset["namespace"], name=dataset["name"]),
        version=version["datasetVersion"] if version is not None else None,
        facets=facets,
        io_facets=_kept(dataset.get(io_facets)) if io_facets != "facets" else {},
        gone=_gone(dataset.get("facets")),
    )


def _parent(facets: Facets) -> RunRef | None:
    parent = facets.get("parent")
    if parent is None:
        return None
    return RunRef(id=RunId(UUID(parent["run"]["runId"])), job=_job(parent["job"]))


def _sequence(facets: Facets) -> Sequence | None:
    sequence = facets.get("lakeproof_sequence")
    # JSON Schema counts 3.0 among the integers.
    return Sequence(stream=sequence["stream"], seq=int(sequence["seq"])) if sequence is not None else None
