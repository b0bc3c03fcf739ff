"""Events that state outright what feeds what, in a few words, and the edges that a graph then has."""

from typing import Any

import orjson

from lineage.graph import Direction, Level
from lineage.names import DatasetId
from lineage.openlineage import ParsedEvent, parse_event
from tests.support.facets import facet
from tests.support.graphs import MemoryGraph, mention, moment, run_id

Edges = set[tuple[str, str]]

WAREHOUSE = {"namespace": "warehouse"}


def at(name: str, number: str | None = None, **facets: Any) -> dict[str, Any]:
    """A dataset of the warehouse, at a version where one is given."""
    return mention(name if number is None else f"{name}@{number}", **facets)


def told(
    who: str = "r COMPLETE 0",
    *,
    job: str = "job",
    entries: list[Any] | None = None,
    reads: tuple[Any, ...] = (),
    writes: tuple[Any, ...] = (),
) -> ParsedEvent:
    """An event whose job facet states entries. `who` is run, state and minute, or a job event's minute alone."""
    *run, minute = who.split()
    facets = {} if entries is None else {"lineage": facet(entries=entries)}
    body: dict[str, Any] = {
        "eventTime": moment(int(minute)).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#Event",
        "job": {"namespace": "jobs", "name": job, "facets": facets},
        "inputs": list(reads),
        "outputs": list(writes),
    }
    if run:
        body |= {"eventType": run[1], "run": {"runId": str(run_id(run[0]))}}
    return parse_event(orjson.dumps(body))


def of_dataset(name: str, minute: int = 0, **facets: Any) -> ParsedEvent:
    return parse_event(
        orjson.dumps(
            {
                "eventTime": moment(minute).isoformat(),
                "producer": "urn:test",
                "schemaURL": "urn:test#DatasetEvent",
                "dataset": at(name, **facets),
            }
        )
    )


def edges(
    graph: MemoryGraph,
    start: Any,
    direction: Direction,
    level: Level = Level.TABLE,
    as_of: int | None = None,
) -> Edges:
    """The edges of a walk, by the labels of their ends without a run's number."""
    if isinstance(start, str):
        start = DatasetId(namespace="warehouse", name=start)
    found = graph.reader.walk(start, direction=direction, level=level, at=graph.at(as_of=as_of))
    label = {node.id: node.label.partition(" ")[0] for node in found.nodes}
    return {(label[edge.source], label[edge.target]) for edge in found.edges}


def renamed(minute: int, old: str, *columns: str) -> ParsedEvent:
    """A job renames old to new; the event states the columns, where there are any."""
    change = facet(lifecycleStateChange="RENAME", previousIdentifier={**WAREHOUSE, "name": old})
    schema = facet(fields=[{"name": name} for name in columns])
    fields: dict[str, Any] = {"schema": schema} if columns else {}
    written = at("new", lifecycleStateChange=change, **fields)
    return told(f"s{minute} COMPLETE {minute}", job="alter", writes=(written,))
