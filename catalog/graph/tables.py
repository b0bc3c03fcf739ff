"""The level of tables: datasets and the jobs between them, as they were at one moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from catalog.graph.asked import Asked
from catalog.graph.job_edges import JobEdge, jobs_at, live_edges, live_ends
from catalog.graph.stated.feeds import JobFeeds, feeds_of_jobs, hands_at
from catalog.graph.stated.flows import Flow
from catalog.graph.stated.passages import Passage, through, whole
from catalog.graph.visible import Names, dataset_node, job_node
from catalog.graph.walk import Key, Link
from catalog.identity.aliases import Aliases
from lineage.certainty import Certainty
from lineage.graph import Direction, Node
from lineage.names import DatasetId
from lineage.times import Instants

DATASET = "dataset"
JOB = "job"


class TableLevel:
    """Keys are ("dataset", row) and ("job", row). Jobs are read whole, and once."""

    def __init__(self, session: Session, at: Instants, same: Aliases) -> None:
        self._asked = Asked(session, at)
        self._same = same
        self._names = Names(session, at, same)
        self._edges: dict[int, list[JobEdge]] = {}
        self._ends: dict[int, list[tuple[int, Flow]]] = {}

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterator[Link]:
        wanted = set(keys)
        up = direction is Direction.UP
        jobs = self.jobs_at((n for kind, n in keys if kind == DATASET), Flow.OUT if up else Flow.IN)
        jobs.update(number for kind, number in map(whole, keys) if kind == JOB)
        feeds = feeds_of_jobs(self._asked, jobs, self._same)
        for job, edges in self.edges(jobs).items():
            if job in feeds:
                yield from _stated(job, edges, feeds[job], wanted, up=up)
                continue
            for edge in edges:
                link = _link(edge)
                if (link.target if up else link.source) in wanted:
                    yield link
        yield from self._hands(wanted, up=up)

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        listed = list(keys)
        datasets = self._names.datasets(number for kind, number in listed if kind == DATASET)
        jobs = self._names.jobs(number for kind, number in listed if kind != DATASET)
        return {
            (kind, number): self._node(datasets[number]) if kind == DATASET else job_node(jobs[number])
            for kind, number in listed
        }

    def _node(self, dataset: DatasetId) -> Node:
        return dataset_node(dataset, self._names.others(dataset))

    def jobs_at(self, datasets: Iterable[int], direction: Flow | None) -> set[int]:
        """The jobs that read, wrote, or did either with one of datasets at some time before."""
        return jobs_at(self._asked, self._same.datasets.together(datasets), direction)

    def edges(self, jobs: Iterable[int]) -> dict[int, list[JobEdge]]:
        """The live edges of each of jobs."""
        wanted = sorted(set(jobs))
        unread = [job for job in wanted if job not in self._edges]
        self._edges.update((job, []) for job in unread)
        for edge in live_edges(self._asked, unread, self._same):
            self._edges[edge.job].append(edge)
        return {job: self._edges[job] for job in wanted}

    def ends(self, jobs: Iterable[int]) -> dict[int, list[tuple[int, Flow]]]:
        """What each of jobs reads and writes, without since when: that costs half of `edges`."""
        wanted = sorted(set(jobs))
        unread = [job for job in wanted if job not in self._ends]
        self._ends.update(live_ends(self._asked, unread, self._same))
        return {job: self._ends[job] for job in wanted}

    def sources(self, jobs: Iterable[int]) -> dict[int, dict[int, set[int]]]:
        """For each of jobs and what it writes: the datasets that feed it there."""
        live = self.edges(jobs)
        feeds = feeds_of_jobs(self._asked, live, self._same)
        return {job: _sources(edges, feeds.get(job)) for job, edges in live.items()}

    def _hands(self, wanted: Iterable[Key], *, up: bool) -> Iterator[Link]:
        """From job to job. What makes one output of a job is not what its other inputs are handed for."""
        keys = [key for key in wanted if (key if up else whole(key))[0] == JOB]
        for hand in hands_at(self._asked, {number for _, number in keys}, up=up):
            for kind, number in keys:
                if number == (hand.target if up else hand.source):
                    yield Link(
                        source=(JOB, hand.source) if up else (kind, number),
                        target=(JOB, hand.target),
                        certainty=Certainty.DECLARED,
                        valid_from=hand.since,
                        known_from=hand.known_from,
                    )


def _sources(edges: Iterable[JobEdge], feeds: JobFeeds | None) -> dict[int, set[int]]:
    listed = list(edges)
    reads = {edge.dataset for edge in listed if edge.direction is Flow.IN}
    writes = {edge.dataset for edge in listed if edge.direction is Flow.OUT}
    if feeds is None:
        return dict.fromkeys(writes, reads)
    if feeds.jobless:
        return {target: reads - {target} for target in writes}
    return {target: reads & feeds.targets.get(target, reads) for target in writes}


def _stated(
    job: int, edges: Iterable[JobEdge], feeds: JobFeeds, wanted: set[Key], *, up: bool
) -> Iterator[Link]:
    """The links of a job of which it is stated what feeds what; none of the job's own where it is but stated."""
    ins = tuple((edge.dataset, _link(edge)) for edge in edges if edge.direction is Flow.IN)
    outs = tuple((edge.dataset, _link(edge)) for edge in edges if edge.direction is Flow.OUT)
    if not feeds.jobless:
        yield from through(Passage(key=(JOB, job), ins=ins, outs=outs, targets=feeds.targets), wanted, up=up)
        return
    for _, read in ins:
        for _, written in outs:
            if (written.target if up else read.source) in wanted and read.source != written.target:
                yield replace(read, target=written.target)


def _link(edge: JobEdge) -> Link:
    dataset, job = (DATASET, edge.dataset), (JOB, edge.job)
    reads = edge.direction is Flow.IN
    return Link(
        source=dataset if reads else job,
        target=job if reads else dataset,
        certainty=Certainty.DECLARED,
        valid_from=edge.since,
        known_from=edge.known_from,
    )
