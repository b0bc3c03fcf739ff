"""From what an event states outright to reads, writes and feeds: of its own job, and of others it speaks of. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID, uuid5

from catalog.graph.stated.columns import ColumnsFact, renamed_columns
from catalog.graph.stated.explicit import End, Statement, renames, renaming, stands_for, statements
from catalog.graph.stated.flows import FeedFact, Flow, FlowFact, Hand, HandFact, versions_of
from catalog.graph.stated.sql import UnfollowedFact
from lineage.names import DatasetId, JobId
from lineage.openlineage import ParsedEvent

_CLAIMS = UUID("0d4b1c7e-2f7f-5d0b-8a35-6f3c1f1b7a52")

_NO_COLUMNS = "it was renamed, and the event that says so does not state its columns"

#: The event's own job and run, or what stands for them.
Own: TypeAlias = tuple[JobId, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an event says of another job than its own. `declared`: of no run in particular."""

    job: JobId
    run: UUID
    declared: bool
    flows: tuple[FlowFact, ...]
    feeds: tuple[FeedFact, ...] = ()
    columns: tuple[ColumnsFact, ...] = ()
    unfollowed: tuple[UnfollowedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What comes on top of an event's inputs and outputs."""

    flows: tuple[FlowFact, ...] = ()
    feeds: tuple[FeedFact, ...] = ()
    hands: tuple[HandFact, ...] = ()
    claims: tuple[Claim, ...] = ()


def told_outright(event: ParsedEvent, columns: Iterable[ColumnsFact], own: Own) -> Told:
    """What the event's facets state, each once. `columns` are what it states of columns, which imply feeds."""
    stated = statements(event)
    renamed = tuple(renames(event))
    if not stated and not renamed and event.dataset is None:
        return Told()  # as most events
    sources = {fact.dataset: {edge.source for edge in fact.edges} for fact in columns}
    told = _Telling(event, own, sources)
    for statement in stated:
        told.add(statement)
    for before, after in renamed:
        told.add_renamed(before, after)
    if event.dataset is not None:
        told.add_alone(event.dataset.id)
    return told.result()


class _Telling:
    def __init__(self, event: ParsedEvent, own: Own, sources: dict[DatasetId, set[DatasetId]]) -> None:
        self._event = event
        self._job, self._run = own
        self._sources = sources
        self._stated = {*(item.id for item in event.inputs)}, {*(item.id for item in event.outputs)}
        self._flows: dict[FlowFact, None] = {}
        self._feeds: dict[FeedFact, None] = {}
        self._hands: dict[HandFact, None] = {}
        self._claims: dict[Claim, None] = {}

    def result(self) -> Told:
        return Told(
            flows=tuple(self._flows),
            feeds=tuple(self._feeds),
            hands=tuple(self._hands),
            claims=tuple(self._claims),
        )

    def add(self, statement: Statement) -> None:
        target, sources = statement.target.dataset, statement.sources
        datasets = [end.dataset for end in sources if end.dataset is not None]
        others = [end for end in sources if end.dataset is None and self._job_of(end) != self._job]
        if target is None:
            self._to_job(statement.target, datasets, sources)
        elif statement.by_job or self._event.job is None:
            for other in others:
                self._claim(other, [_flow(target, Flow.OUT)])
            if datasets or len(others) < len(sources) or not sources or target in self._stated[1]:
                self._to_dataset(target, datasets)
        else:
            flows = [*(_flow(each, Flow.IN) for each in datasets), _flow(target, Flow.OUT)]
            feeds = tuple(FeedFact(target=target, source=each) for each in datasets or (None,))
            self._claim(End(job=stands_for(target)), flows, feeds)

    def add_alone(self, dataset: DatasetId) -> None:
        """What a dataset event says of its dataset holds though it names no source."""
        if not any(feed.target == dataset for feed in self._feeds):
            self._to_dataset(dataset, [])

    def add_renamed(self, before: DatasetId, after: DatasetId) -> None:
        """What after was under its name of before feeds it, column by column, whatever its jobs do later."""
        job = renaming(before, after)
        columns = tuple(renamed_columns(self._event, before, after))
        open_ = () if columns else (UnfollowedFact(dataset=after, reasons=(("", _NO_COLUMNS),)),)
        claim = Claim(
            job=job,
            run=self._run_of(job),
            declared=True,
            flows=(_flow(before, Flow.IN), _flow(after, Flow.OUT)),
            feeds=(FeedFact(target=after, source=before),),
            columns=columns,
            unfollowed=open_,
        )
        self._claims[claim] = None

    def _to_dataset(self, target: DatasetId, sources: Iterable[DatasetId]) -> None:
        every = dict.fromkeys([*sources, *sorted(self._sources.get(target, ()))])
        for source in every or (None,):
            self._feeds[FeedFact(target=target, source=source)] = None
        # A column of the target itself feeds it, but is not what makes the target a thing that was read.
        read = [each for each in every if each != target or each in sources]
        self._flows.update((flow, None) for flow in self._implied(read, [target]))

    def _to_job(self, target: End, datasets: list[DatasetId], sources: Iterable[End]) -> None:
        own = self._job_of(target) == self._job
        if own:
            self._flows.update((flow, None) for flow in self._implied(datasets, []))
        elif datasets:
            self._claim(target, [_flow(each, Flow.IN) for each in datasets])
        for end in sources:
            if end.dataset is None and self._job_of(end) != self._job_of(target):
                hand = HandFact(source=self._hand(end), target=self._hand(target))
                self._hands[hand] = None

    def _implied(self, read: Iterable[DatasetId], written: Iterable[DatasetId]) -> Iterator[FlowFact]:
        """What the event does not list among its inputs and outputs."""
        yield from (_flow(each, Flow.IN) for each in read if each not in self._stated[0])
        alone = self._event.dataset
        for each in written:
            if alone is not None and alone.id == each:
                yield from (_flow(each, Flow.OUT, version) for version in versions_of(alone))
            elif each not in self._stated[1]:
                yield _flow(each, Flow.OUT)

    def _claim(self, end: End, flows: Iterable[FlowFact], feeds: tuple[FeedFact, ...] = ()) -> None:
        job = self._job_of(end)
        run = end.run if end.run is not None else self._run_of(job)
        claim = Claim(
            job=job, run=run, declared=end.run is None, flows=tuple(dict.fromkeys(flows)), feeds=feeds
        )
        self._claims[claim] = None

    def _run_of(self, job: JobId) -> UUID:
        """What stands for a run of another job that is not named."""
        return uuid5(_CLAIMS, f"{self._run} {job}")

    def _job_of(self, end: End) -> JobId:
        return self._job if end.job is None else end.job

    def _hand(self, end: End) -> Hand:
        job = self._job_of(end)
        own = self._run if job == self._job and self._event.run_id is not None else None
        return Hand(job=job, run=end.run if end.run is not None else own)


def _flow(dataset: DatasetId, direction: Flow, version: str | None = None) -> FlowFact:
    return FlowFact(dataset=dataset, version=version, direction=direction)
