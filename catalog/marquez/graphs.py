"""Marquez's two graphs: jobs and datasets, and columns. Depth counts as Marquez counts it.

Of jobs and datasets: jobs that share a dataset, whichever way, are one step apart; all their datasets are shown.
Of columns: each derivation is a step, upstream; with downstream, whichever way.
"""

from collections import defaultdict
from collections.abc import Sequence, Set
from contextlib import suppress
from typing import Any

from sqlalchemy.orm import Session

from catalog.graph.asked import Asked
from catalog.graph.columns import ColumnLevel
from catalog.graph.project import Flow
from catalog.graph.starts import start_keys
from catalog.graph.tables import JOB, TableLevel
from catalog.graph.visible import Names
from catalog.graph.walk import Key, Link
from catalog.identity.aliases import Aliases
from catalog.marquez.details import Details
from catalog.marquez.ids import dataset_id, field_id, job_id
from lineage.errors import NotFound
from lineage.graph import Direction, Level
from lineage.names import ColumnId, DatasetId, JobId
from lineage.times import Instants

Json = dict[str, Any]
#: What each job reads and writes.
Ends = dict[int, list[tuple[int, Flow]]]
Candidates = Sequence[DatasetId] | Sequence[JobId] | Sequence[ColumnId]


def lineage_graph(session: Session, nodes: Candidates, *, depth: int, at: Instants) -> Json:
    """Jobs within depth steps of the first of nodes that is known. Raises NotFound when none is."""
    same = Aliases(session, at)
    level = TableLevel(session, at, same)
    kind, start = _known(session, nodes, Level.TABLE, at, same)[0]
    datasets: set[int] = set()
    if kind == JOB:
        jobs = {start}
    else:
        datasets.add(start)
        jobs = _at(level, {start}, Flow.OUT) or _at(level, {start}, Flow.IN)
    ends = _near(level, jobs, depth)
    datasets.update(dataset for some in ends.values() for dataset, _ in some)
    names, details = Names(session, at, same), Details(Asked(session, at), same)
    job_names, dataset_names = names.jobs(ends), names.datasets(datasets)
    told_jobs, told_datasets = details.jobs(job_names), details.datasets(dataset_names)
    for number, some in ends.items():
        told = told_jobs[number]
        told["inputs"] = [told_datasets[each]["id"] for each, way in some if way is Flow.IN]
        told["outputs"] = [told_datasets[each]["id"] for each, way in some if way is Flow.OUT]
    found = _Tables(
        {number: job_id(name) for number, name in job_names.items()},
        {number: dataset_id(name) for number, name in dataset_names.items()},
    )
    return {"graph": found.nodes(ends, told_jobs, told_datasets)}


def _at(
    level: TableLevel, datasets: set[int], direction: Flow | None, *, but: Set[int] = frozenset()
) -> set[int]:
    """The jobs with a live edge at one of datasets, but for some."""
    ends = level.ends(level.jobs_at(datasets, direction) - but)
    return {
        job
        for job, some in ends.items()
        if any(dataset in datasets and direction in (None, way) for dataset, way in some)
    }


def _near(level: TableLevel, jobs: set[int], depth: int) -> Ends:
    """What all jobs within depth steps read and write."""
    found = set(jobs)
    frontier, asked = found, set[int]()
    for _ in range(depth):
        here = {dataset for some in level.ends(frontier).values() for dataset, _ in some} - asked
        frontier = _at(level, here, None, but=found)
        if not frontier:
            break
        asked |= here
        found |= frontier
    return level.ends(found)


class _Tables:
    """Node ids by row number, and the nodes with their edges."""

    def __init__(self, jobs: dict[int, str], datasets: dict[int, str]) -> None:
        self._jobs = jobs
        self._datasets = datasets

    def nodes(self, ends: Ends, jobs: dict[int, Json], datasets: dict[int, Json]) -> list[Json]:
        into: dict[str, list[Json]] = {
            id_: [] for each in (self._jobs, self._datasets) for id_ in each.values()
        }
        out: dict[str, list[Json]] = {id_: [] for id_ in into}
        for number, some in ends.items():
            job = self._jobs[number]
            for other, way in some:
                dataset = self._datasets[other]
                origin, destination = (dataset, job) if way is Flow.IN else (job, dataset)
                link = {"origin": origin, "destination": destination}
                out[origin].append(link)
                into[destination].append(link)
        told = {id_: ("JOB", jobs[number]) for number, id_ in self._jobs.items()}
        told |= {id_: ("DATASET", datasets[number]) for number, id_ in self._datasets.items()}
        return [
            {
                "id": id_,
                "type": told[id_][0],
                "data": told[id_][1],
                "inEdges": into[id_],
                "outEdges": out[id_],
            }
            for id_ in sorted(told)
        ]


def column_graph(session: Session, nodes: Candidates, *, depth: int, downstream: bool, at: Instants) -> Json:
    """Columns within depth steps of the first of nodes that is known. Raises NotFound when none is."""
    same = Aliases(session, at)
    level = ColumnLevel(session, at, same)
    starts = _known(session, nodes, Level.COLUMN, at, same)
    links: dict[tuple[Key, Key], Link] = {}
    found, frontier = set(starts), list(starts)
    for _ in range(max(depth, 1)):
        here = list(level.links(frontier, Direction.UP))
        here += level.links(frontier, Direction.DOWN) if downstream else ()
        links.update(((link.source, link.target), link) for link in here)
        frontier = list({key for link in here for key in (link.source, link.target)} - found)
        found.update(frontier)
        if not frontier:
            break
    details = Details(Asked(session, at), same)
    return {"graph": _fields(level, found, list(links.values()), details)}


def _fields(level: ColumnLevel, found: set[Key], links: list[Link], details: Details) -> list[Json]:
    names = level.names(found)
    owners = {name[0]: name[1] for name in names.values()}
    told = details.datasets(owners)
    types = {
        (number, column["name"]): column["type"] for number, data in told.items() for column in data["fields"]
    }
    ids = {key: field_id(dataset, column) for key, (_, dataset, column) in names.items()}
    into: defaultdict[Key, list[Link]] = defaultdict(list)
    out: defaultdict[Key, list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda each: (ids[each.source], ids[each.target])):
        into[link.target].append(link)
        out[link.source].append(link)
    nodes = []
    for key in sorted(found, key=ids.__getitem__):
        number, dataset, column = names[key]
        kinds = {link.transformation for link in into[key]}
        data = {
            "namespace": dataset.namespace,
            "dataset": dataset.name,
            "datasetVersion": None,
            "field": column,
            "fieldType": types.get((number, column)),
            "transformationDescription": None,
            "transformationType": kinds.pop() if len(kinds) == 1 else None,
            "inputFields": [_input(names[link.source], link) for link in into[key]],
        }
        # As Marquez has it: the origin of both is the node itself.
        nodes.append(
            {
                "id": ids[key],
                "type": "DATASET_FIELD",
                "data": data,
                "inEdges": [{"origin": ids[key], "destination": ids[link.source]} for link in into[key]],
                "outEdges": [{"origin": ids[key], "destination": ids[link.target]} for link in out[key]],
            }
        )
    return nodes


def _input(name: tuple[int, DatasetId, str], link: Link) -> Json:
    _, dataset, column = name
    return {
        "namespace": dataset.namespace,
        "dataset": dataset.name,
        "datasetVersion": None,
        "field": column,
        "transformationDescription": None,
        "transformationType": link.transformation or None,
    }


def _known(session: Session, nodes: Candidates, level: Level, at: Instants, same: Aliases) -> tuple[Key, ...]:
    """Where the first of nodes that is known begins. Raises NotFound."""
    for node in nodes[:-1]:
        with suppress(NotFound):
            return start_keys(session, node, level, at, same)
    return start_keys(session, nodes[-1], level, at, same)
