"""Facets for tests, and an event that carries them. Made up after the specification; nothing is copied from it."""

from typing import Any, TypeAlias

from lineage.openlineage.coverage import Place

Json: TypeAlias = dict[str, Any]

LINKS: Json = {"_producer": "https://example.com/loader", "_schemaURL": "https://example.com/facet.json"}
PARENT_RUN = "0190f5d7-8d2c-7cc0-a3b5-2f8e5f6f2a11"
ROOT_RUN = "0190f5d7-8d2c-7cc0-a3b5-2f8e5f6f2a12"
OTHER_RUN = "0190f5d7-8d2c-7cc0-a3b5-2f8e5f6f2a13"


def facet(**members: Any) -> Json:
    return {**LINKS, **members}


def step(kind: str, subtype: str | None = None, **more: Any) -> Json:
    return {"type": kind, **({} if subtype is None else {"subtype": subtype}), **more}


def end(name: str, field: str | None = None, *steps: Json) -> Json:
    """A dataset as a lineage facet names it."""
    named: Json = {"namespace": "warehouse", "name": name, "type": "DATASET"}
    if field is not None:
        named["field"] = field
    return {**named, "transformations": list(steps)} if steps else named


def job_end(name: str | None = None, run: str | None = None) -> Json:
    """A job as a lineage facet names it; without a name, the event's own."""
    named: Json = {"type": "JOB"}
    if name is not None:
        named |= {"namespace": "jobs", "name": name}
    return named if run is None else {**named, "runId": run}


#: A task of an orchestrator, as a parent is named.
TASK = {"namespace": "airflow", "name": "dag.task"}


def carrying(place: Place, facets: Json) -> Json:
    """A complete run event with facets at place."""
    put = {each: facets if each is place else {} for each in Place}
    dataset = {"namespace": "warehouse", "facets": put[Place.DATASET]}
    return {
        "eventType": "COMPLETE",
        "eventTime": "2026-03-04T10:00:00Z",
        "producer": "https://example.com/loader",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0190f5d7-8d2c-7cc0-a3b5-2f8e5f6f2a10", "facets": put[Place.RUN]},
        "job": {"namespace": "jobs", "name": "load", "facets": put[Place.JOB]},
        "inputs": [{**dataset, "name": "orders", "inputFacets": put[Place.INPUT]}],
        "outputs": [{**dataset, "name": "totals", "outputFacets": put[Place.OUTPUT]}],
    }


#: The path of the facets at a place of that event.
WITHIN = {
    Place.RUN: ("$.run.facets",),
    Place.JOB: ("$.job.facets",),
    Place.DATASET: ("$.inputs[0].facets", "$.outputs[0].facets"),
    Place.INPUT: ("$.inputs[0].inputFacets",),
    Place.OUTPUT: ("$.outputs[0].outputFacets",),
}
