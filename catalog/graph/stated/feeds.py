"""Read what is stated outright, at two times: which sources feed which target of a job or run, and hands.

What a job's runs state lives as long as the edges they make: see `job_edges`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import func, select

from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.job_edges import COME_ONCE, last_runs
from catalog.graph.orm import DatasetRow, RunEventRow, StatementRow
from catalog.graph.stated.flows import Flow
from catalog.graph.stated.orm import FeedRow, HandRow
from catalog.graph.stated.plain import RunFlow, lives, run_flows
from catalog.identity.aliases import Aliases

#: For each target spoken of, the datasets that feed it.
Targets: TypeAlias = dict[int, set[int]]


@dataclass(slots=True, kw_only=True)
class JobFeeds:
    """`jobless`: the job only stands for a statement about its target."""

    targets: Targets = field(default_factory=dict)
    jobless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandSeen:
    """Job to job, and run to run where both are named. `since`: it was first so stated."""

    source: int
    target: int
    source_run: int
    target_run: int
    since: datetime
    known_from: datetime


class _Fed(NamedTuple):
    """A row of `_OF_JOBS`."""

    job_id: int
    run_id: int
    target_id: int
    source_id: int
    jobless: bool
    until: datetime


class _Handed(NamedTuple):
    """A row of `_ALL_HANDS`."""

    run_id: int
    source_job_id: int
    source_run_id: int
    target_job_id: int
    target_run_id: int
    since: datetime
    until: datetime
    known_from: datetime


def feeds_of_jobs(asked: Asked, jobs: Iterable[int], same: Aliases) -> Mapping[int, JobFeeds]:
    """The jobs among jobs of which anything is stated outright, and what; of all names of a thing together."""
    rows = [_Fed._make(row) for row in asked.rows(_OF_JOBS, jobs)]
    lead = same.datasets.leads(end for row in rows for end in (row.target_id, row.source_id))
    last = last_runs(asked, {row.job_id for row in rows}) if rows else {}
    found: dict[int, JobFeeds] = defaultdict(JobFeeds)
    once = _once(asked, rows)
    for row in rows:
        if lives(last.get(row.job_id), row.run_id, row.until) or {row.source_id, row.target_id} & once:
            feeds = found[row.job_id]
            feeds.jobless = row.jobless
            feeds.targets.setdefault(lead[row.target_id], set()).update({lead[row.source_id]} - {0})
    spoken = {(row.job_id, row.run_id, lead[row.target_id]) for row in rows}
    _add_plain(found, spoken, list(run_flows(asked, found, last)), same)
    return found


def _once(asked: Asked, rows: Iterable[_Fed]) -> set[int]:
    """The ends of rows that come once: what is stated of them no later run replaces, as their edges stay live."""
    return {
        number
        for (number,) in asked.rows(
            _COMING_ONCE, {end for row in rows for end in (row.target_id, row.source_id)}
        )
    }


def _add_plain(
    found: Mapping[int, JobFeeds],
    spoken: set[tuple[int, int, int]],
    flows: Sequence[RunFlow],
    same: Aliases,
) -> None:
    """A target that one run speaks of is fed by all that another reads which says nothing of it but writes it."""
    lead = same.datasets.leads(flow.dataset for flow in flows)
    reads: dict[tuple[int, int], set[int]] = defaultdict(set)
    for flow in flows:
        if flow.direction is Flow.IN:
            reads[flow.job, flow.run].add(lead[flow.dataset])
    for flow in flows:
        target, run = lead[flow.dataset], (flow.job, flow.run)
        targets = found[flow.job].targets
        if flow.direction is Flow.OUT and target in targets and (*run, target) not in spoken:
            targets[target] |= reads.get(run, set())


def feeds_of_runs(asked: Asked, runs: Iterable[int], same: Aliases) -> Mapping[int, Targets]:
    """The same of runs."""
    found: dict[int, Targets] = {}
    rows = asked.rows(_OF_RUNS, runs)
    lead = same.datasets.leads(end for _, *ends in rows for end in ends)
    for run, target, source in rows:
        found.setdefault(run, {}).setdefault(lead[target], set()).update({lead[source]} - {0})
    return found


def hands_at(asked: Asked, jobs: Iterable[int], *, up: bool) -> list[HandSeen]:
    """The hands into (up) or out of jobs."""
    rows = [_Handed._make(row) for row in asked.rows(_HANDS[up], jobs)]
    if not rows:
        return []
    stating = dict(asked.rows(_JOBS_OF, {row.run_id for row in rows}))
    last = last_runs(asked, stating.values())
    return [
        _hand_seen(row)
        for row in rows
        if row.run_id in stating and lives(last.get(stating[row.run_id]), row.run_id, row.until)
    ]


def run_hands(asked: Asked, runs: Iterable[int], *, up: bool) -> Iterator[HandSeen]:
    """The hands into (up) or out of runs, where both runs are named."""
    for row in asked.rows(_RUN_HANDS[up], runs):
        yield _hand_seen(_Handed._make(row))


def _hand_seen(row: _Handed) -> HandSeen:
    return HandSeen(
        source=row.source_job_id,
        target=row.target_job_id,
        source_run=row.source_run_id,
        target_run=row.target_run_id,
        since=row.since,
        known_from=row.known_from,
    )


_feed, _hand = table_of(FeedRow), table_of(HandRow)
_event, _statement, _dataset = table_of(RunEventRow), table_of(StatementRow), table_of(DatasetRow)
_fed = (_feed.c.job_id, _feed.c.run_id, _feed.c.target_id, _feed.c.source_id, _feed.c.jobless)
_OF_JOBS = (
    select(*_fed, func.max(_feed.c.event_time).label("until"))
    .where(among(_feed.c.job_id), seen(_feed))
    .group_by(*_fed)
)
_COMING_ONCE = select(_dataset.c.id).where(among(_dataset.c.id), _dataset.c.namespace.in_(COME_ONCE))
_OF_RUNS = (
    select(_feed.c.run_id, _feed.c.target_id, _feed.c.source_id)
    .where(among(_feed.c.run_id), seen(_feed))
    .distinct()
)
_JOBS_OF = select(_event.c.run_id, _event.c.job_id).where(among(_event.c.run_id), seen(_event)).distinct()
_handed = (
    _hand.c.run_id,
    _hand.c.source_job_id,
    _hand.c.source_run_id,
    _hand.c.target_job_id,
    _hand.c.target_run_id,
)
_ALL_HANDS = (
    select(
        *_handed,
        func.min(_hand.c.event_time).label("since"),
        func.max(_hand.c.event_time).label("until"),
        func.min(_statement.c.recorded_at).label("known_from"),
    )
    .join(_statement, _statement.c.seq == _hand.c.seq)
    .where(seen(_hand))
    .group_by(*_handed)
)
_HANDS = {
    True: _ALL_HANDS.where(among(_hand.c.target_job_id)),
    False: _ALL_HANDS.where(among(_hand.c.source_job_id)),
}
_both = (_hand.c.source_run_id != 0) & (_hand.c.target_run_id != 0)
_RUN_HANDS = {
    True: _ALL_HANDS.where(among(_hand.c.target_run_id), _both),
    False: _ALL_HANDS.where(among(_hand.c.source_run_id), _both),
}
