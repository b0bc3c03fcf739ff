"""The level of tables: datasets and the jobs between them, as they were at one moment."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from catalog.graph.asked import Asked
from catalog.graph.job_edges import JobEdge, jobs_at, live_edges
from catalog.graph.project import Flow
from catalog.graph.visible import Names, dataset_node, job_node
from catalog.graph.walk import Key, Link
from lineage.certainty import Certainty
from lineage.graph import Direction, Node
from lineage.times import Instants

DATASET = "dataset"
JOB = "job"


class TableLevel:
    """Keys are ("dataset", row) and ("job", row). Jobs are read whole, and once."""

    def __init__(self, session: Session, at: Instants) -> None:
        self._asked = Asked(session, at)
        self._names = Names(session)
        self._edges: dict[int, list[JobEdge]] = {}

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterator[Link]:
        wanted = set(keys)
        up = direction is Direction.UP
        jobs = self.jobs_at((n for kind, n in keys if kind == DATASET), Flow.OUT if up else Flow.IN)
        jobs.update(number for kind, number in keys if kind == JOB)
        for edges in self.edges(jobs).values():
            for edge in edges:
                dataset, job = (DATASET, edge.dataset), (JOB, edge.job)
                source, target = (dataset, job) if edge.direction is Flow.IN else (job, dataset)
                if (target if up else source) in wanted:
                    yield _link(edge, source, target)

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        listed = list(keys)
        datasets = self._names.datasets(number for kind, number in listed if kind == DATASET)
        jobs = self._names.jobs(number for kind, number in listed if kind == JOB)
        return {
            (kind, number): dataset_node(datasets[number]) if kind == DATASET else job_node(jobs[number])
            for kind, number in listed
        }

    def jobs_at(self, datasets: Iterable[int], direction: Flow | None) -> set[int]:
        """The jobs that read, wrote, or did either with one of datasets at some time before."""
        return jobs_at(self._asked, datasets, direction)

    def edges(self, jobs: Iterable[int]) -> dict[int, list[JobEdge]]:
        """The live edges of each of jobs."""
        wanted = sorted(set(jobs))
        unread = [job for job in wanted if job not in self._edges]
        self._edges.update((job, []) for job in unread)
        for edge in live_edges(self._asked, unread):
            self._edges[edge.job].append(edge)
        return {job: self._edges[job] for job in wanted}


def _link(edge: JobEdge, source: Key, target: Key) -> Link:
    return Link(
        source=source,
        target=target,
        certainty=Certainty.DECLARED,
        valid_from=edge.since,
        known_from=edge.known_from,
    )
