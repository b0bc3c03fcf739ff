"""The level of versions: dataset versions, the runs between them, versions that carry or correct others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.graph.asked import Asked
from catalog.graph.fold import FlowSeen, joined
from catalog.graph.orm import FlowRow, RunRow, StatementRow, SupersessionRow, VersionRow
from catalog.graph.stated.feeds import Targets, feeds_of_runs, run_hands
from catalog.graph.stated.flows import Flow
from catalog.graph.stated.passages import Passage, through, whole
from catalog.graph.visible import Names, rows_in, run_node, version_node, visible
from catalog.graph.walk import Key, Link
from catalog.identity.aliases import Aliases
from lineage.certainty import Certainty
from lineage.graph import Direction, Node
from lineage.names import DatasetId
from lineage.times import Instants

CARRIES = "CARRIES"
CORRECTS = "CORRECTS"
VERSION = "version"
RUN = "run"


class VersionLevel:
    """Keys are ("version", row) and ("run", row). Runs are read whole, and once."""

    def __init__(
        self, session: Session, at: Instants, same: Aliases, *, across_corrections: bool = True
    ) -> None:
        self._session = session
        self._at = at
        self._same = same
        self._across = across_corrections
        self._names = Names(session, at, same)
        self._asked = Asked(session, at)
        self._runs: dict[int, Passage] = {}
        self._carried: dict[int, tuple[Link, ...]] = {}

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterator[Link]:
        wanted, up = set(keys), direction is Direction.UP
        runs = self._touched(keys, direction)
        self._read(runs - self._runs.keys())
        for run in sorted(runs):
            yield from through(self._runs[run], wanted, up=up)
            for link in self._carried[run]:
                if (link.target if up else link.source) in wanted:
                    yield link
        yield from self._hands(wanted, up=up)

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        listed = list(keys)
        versions = self._names.versions(number for kind, number in listed if kind == VERSION)
        runs = self._names.runs(number for kind, number in listed if kind != VERSION)
        return {
            (kind, number): self._node(*versions[number]) if kind == VERSION else run_node(*runs[number])
            for kind, number in listed
        }

    def _node(self, dataset: DatasetId, version: str | None) -> Node:
        return version_node(dataset, version, self._names.others(dataset))

    def _touched(self, keys: Sequence[Key], direction: Direction) -> set[int]:
        """The runs with a link at one of keys, and perhaps some without."""
        runs = {number for kind, number in map(whole, keys) if kind == RUN}
        versions = self._same.versions.together(number for kind, number in keys if kind == VERSION)
        side = Flow.OUT if direction is Direction.UP else Flow.IN
        query = select(FlowRow.run_id).where(visible(FlowRow, self._at)).distinct()
        at_version = query.where(FlowRow.direction == side.value)
        runs.update(run for (run,) in rows_in(self._session, at_version, FlowRow.version_id, versions))
        if direction is Direction.DOWN:
            runs.update(run for (run,) in rows_in(self._session, query, FlowRow.previous_id, versions))
        return runs

    def _read(self, runs: set[int]) -> None:
        flows: dict[int, list[FlowSeen]] = {run: [] for run in runs}
        for flow in flows_of(self._session, runs, self._at, self._same):
            flows[flow.run].append(flow)
        corrected: dict[int, set[int]] = {run: set() for run in runs}
        query = select(SupersessionRow.run_id, SupersessionRow.dataset_id).where(
            visible(SupersessionRow, self._at)
        )
        replaced = rows_in(self._session, query, SupersessionRow.run_id, runs)
        lead = self._same.datasets.leads(dataset for _, dataset in replaced)
        for run, dataset in replaced:
            corrected[run].add(lead[dataset])
        feeds = feeds_of_runs(self._asked, runs, self._same)
        for run, (uuid, _) in self._names.runs(runs).items():
            self._runs[run] = passage_of(uuid, run, flows[run], feeds.get(run, {}))
            links = carried_by(uuid, flows[run], corrected[run])
            self._carried[run] = tuple(
                link for link in links if self._across or link.transformation != CORRECTS
            )

    def _hands(self, wanted: set[Key], *, up: bool) -> Iterator[Link]:
        """From run to run, where it is stated without naming what was handed over."""
        keys = [key for key in wanted if (key if up else whole(key))[0] == RUN]
        for hand in run_hands(self._asked, {number for _, number in keys}, up=up):
            for kind, number in keys:
                if number == (hand.target_run if up else hand.source_run):
                    yield Link(
                        source=(RUN, hand.source_run) if up else (kind, number),
                        target=(RUN, hand.target_run),
                        certainty=Certainty.DECLARED,
                        valid_from=hand.since,
                        known_from=hand.known_from,
                    )


def flows_of(session: Session, runs: Iterable[int], at: Instants, same: Aliases) -> Iterator[FlowSeen]:
    """The visible flows of real runs, undeclared versions joined with declared ones, all names of a thing one."""
    query = (
        select(FlowRow, VersionRow.version, StatementRow.recorded_at)
        .join(VersionRow, VersionRow.id == FlowRow.version_id)
        .join(StatementRow, StatementRow.seq == FlowRow.seq)
        .join(RunRow, RunRow.id == FlowRow.run_id)
        .where(visible(FlowRow, at), RunRow.declared.is_(False))
    )
    rows = rows_in(session, query, FlowRow.run_id, runs)
    datasets = same.datasets.leads(row.dataset_id for row, _, _ in rows)
    touched = {number for row, _, _ in rows for number in (row.version_id, row.previous_id)}
    versions = same.versions.leads(number for number in touched if number is not None)
    return joined(_seen(*row, datasets, versions) for row in rows)


def _seen(
    row: FlowRow,
    version: str | None,
    recorded_at: Any,
    datasets: Mapping[int, int],
    versions: Mapping[int, int],
) -> FlowSeen:
    return FlowSeen(
        run=row.run_id,
        dataset=datasets[row.dataset_id],
        version=versions[row.version_id],
        previous=None if row.previous_id is None else versions[row.previous_id],
        direction=Flow(row.direction),
        declared=version is not None,
        alone=row.alone,
        since=row.event_time,
        known_from=recorded_at,
    )


def passage_of(uuid: str, run: int, flows: Sequence[FlowSeen], targets: Targets) -> Passage:
    """What one run read and wrote. Pure."""
    ins: list[tuple[int, Link]] = []
    outs: list[tuple[int, Link]] = []
    for flow in flows:
        here, version = (RUN, run), (VERSION, flow.version)
        reads = flow.direction is Flow.IN
        link = _link(uuid, flow, (version, here) if reads else (here, version))
        (ins if reads else outs).append((flow.dataset, link))
    return Passage(key=(RUN, run), ins=tuple(ins), outs=tuple(outs), targets=targets)


def carried_by(uuid: str, flows: Sequence[FlowSeen], corrected: set[int]) -> Iterator[Link]:
    """Version to version. Pure.

    What a run wrote carries the version before, unless it replaced all; where it corrects the dataset, the first
    of its commits corrects the version before instead.
    """
    written = {flow.version for flow in flows if flow.direction is Flow.OUT}
    for flow in flows:
        if flow.direction is Flow.OUT and flow.previous is not None and not flow.alone:
            corrects = flow.dataset in corrected and flow.previous not in written
            ends = (VERSION, flow.previous), (VERSION, flow.version)
            yield _link(uuid, flow, ends, CORRECTS if corrects else CARRIES)


def _link(uuid: str, flow: FlowSeen, ends: tuple[Key, Key], transformation: str = "") -> Link:
    return Link(
        source=ends[0],
        target=ends[1],
        run=uuid,
        certainty=Certainty.DECLARED if flow.declared else Certainty.UNKNOWN,
        transformation=transformation,
        valid_from=flow.since,
        known_from=flow.known_from,
    )
