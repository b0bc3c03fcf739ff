"""The rows that a group of entries adds to the graph. Names are row numbers by now."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Protocol

from sqlalchemy import Connection

from catalog.bulk import Values, find_rows, insert_rows
from catalog.graph import orm
from catalog.graph.folded.orm import JobColumnsRow, JobFlowRow
from catalog.graph.identities import Identities
from catalog.graph.ledger import Ledger
from catalog.graph.moment import microseconds
from catalog.graph.project import DECLARED, ColumnsFact, Facts, Flow, FlowFact, compact, number_of
from catalog.graph.stated.claims import Claim
from catalog.graph.stated.explicit import STATED
from catalog.graph.stated.flows import FeedFact, Hand
from catalog.graph.stated.orm import FeedRow, HandRow, UnfollowedRow
from lineage.actors import Actor
from lineage.canonical import sha256
from lineage.names import DatasetId

#: The events after which a job's edges are what the run, or the declaration, stated.
_COMPLETES = frozenset({"COMPLETE", DECLARED})

# A schema that is worth remembering, as the same come again and again: its fields, and all their characters.
_FEW, _SHORT = 200, 16_000


class Recorded(Protocol):
    """What the graph needs of a log entry."""

    @property
    def seq(self) -> int: ...

    @property
    def recorded_at(self) -> datetime: ...

    @property
    def actor(self) -> Actor: ...


class Group:
    """`add` the entries' facts in order, then `write` what of them is news."""

    def __init__(self, names: Identities) -> None:
        self._names = names
        self._statements: list[Values] = []
        self._run_events: list[Values] = []
        self._fields: dict[str, str] = {}
        self._edges: list[Values] = []
        self._members: list[Values] = []
        version = ("version_id", "digest")
        self._schemas = Ledger(orm.SchemaRow, version, ("dataset_id",))
        self._loose_schemas = Ledger(orm.SchemaRow, version, ("dataset_id",), each_time=True)
        self._symlinks = Ledger(orm.SymlinkRow, ("dataset_id", "namespace", "name", "kind"))
        flow = ("run_id", "version_id", "direction", "alone", "job_id")
        self._flows = Ledger(orm.FlowRow, flow, ("dataset_id", "previous_id"))
        stated = ("run_id", "version_id", "set_id", "job_id")
        self._columns = Ledger(orm.RunColumnsRow, stated, ("dataset_id", "derived"))
        self._unfollowed = Ledger(UnfollowedRow, ("run_id", "dataset_id", "digest", "job_id"), ("body",))
        self._job_flows = Ledger(JobFlowRow, ("job_id", "dataset_id", "direction"))
        self._job_columns = Ledger(JobColumnsRow, ("job_id", "dataset_id", "set_id"))
        self._feeds = Ledger(FeedRow, ("run_id", "target_id", "source_id", "job_id"), ("jobless",))
        handed = ("run_id", "source_job_id", "source_run_id", "target_job_id", "target_run_id")
        self._hands = Ledger(HandRow, handed)
        self._parents = Ledger(orm.ParentRow, ("run_id", "parent_id", "parent_job_id", "root"))
        replaced = ("run_id", "version_id", "predicate", "because")
        self._supersessions = Ledger(orm.SupersessionRow, replaced, ("dataset_id",))
        self._findings = Ledger(orm.FindingRow, ("run_id", "digest"), ("body",))

    def add_set(self, fact: ColumnsFact) -> None:
        """A column lineage that is stated for the first time."""
        columns, number = self._names.columns, self._names.sets[fact.digest]
        self._members += [(number, columns[fact.dataset, name]) for name in fact.members]
        self._edges += [
            (
                number,
                columns[edge.source, edge.column],
                None if edge.target is None else columns[fact.dataset, edge.target],
                edge.transformation,
            )
            for edge in fact.edges
        ]

    def add(self, facts: Facts, entry: Recorded) -> None:
        """What one entry states."""
        at = microseconds(facts.event_time)
        self._statements.append((entry.seq, microseconds(entry.recorded_at), at))
        self._add_datasets(facts, at, entry.seq)
        said = facts.occasion
        if said is not None:
            run, job = self._names.runs[said.run], self._names.jobs[said.job]
            kind = (said.event_type, said.event_type in _COMPLETES, said.service)
            self._run_events.append((entry.seq, run, job, *kind, at, str(entry.actor), said.content))
            when = (at, entry.seq)
            self._add_flows(facts.flows, (run, job), when)
            self._add_feeds(facts.feeds, (run, job), said.job.namespace == STATED, when)
            self._add_columns(facts, (run, job), when)
            self._add_claims(facts, run, when)
            self._add_about_run(facts, run, at, entry.seq)

    def write(self, connection: Connection) -> None:
        """Insert what is news."""
        names = self._names
        insert_rows(connection, orm.StatementRow, ("seq", "recorded_at", "event_time"), self._statements)
        kind = ("event_type", "completes", "service")
        event = ("seq", "run_id", "job_id", *kind, "event_time", "actor", "content")
        insert_rows(connection, orm.RunEventRow, event, self._run_events)
        edge = ("set_id", "source_id", "target_id", "transformation")
        insert_rows(connection, orm.ColumnEdgeRow, edge, self._edges)
        insert_rows(connection, orm.ColumnMemberRow, ("set_id", "column_id"), self._members)
        self._write_fields(connection)
        self._schemas.write(connection, fresh=names.versions.new)
        self._loose_schemas.write(connection, fresh=names.versions.new)
        self._symlinks.write(connection, fresh=names.datasets.new)
        about_runs = (self._columns, self._parents, self._supersessions, self._findings, self._hands)
        for ledger in (self._flows, self._feeds, self._unfollowed, *about_runs):
            ledger.write(connection, fresh=names.runs.new)
        for folded in (self._job_flows, self._job_columns):
            folded.write(connection, fresh=names.jobs.new)

    def _add_datasets(self, facts: Facts, at: int, seq: int) -> None:
        for schema in facts.schemas:
            digest, body = (_kept_body if _is_short(schema.fields) else _body)(schema.fields)
            self._fields[digest] = body
            dataset, version = self._numbers(schema.dataset, schema.version)
            ledger = self._loose_schemas if schema.version is None else self._schemas
            ledger.state((version, digest, dataset), event_time=at, seq=seq)
        for link in facts.symlinks:
            row = (self._names.datasets[link.dataset], link.other.namespace, link.other.name, link.kind)
            self._symlinks.state(row, event_time=at, seq=seq)

    def _add_flows(self, flows: Iterable[FlowFact], owner: tuple[int, int], when: tuple[int, int]) -> None:
        (run, job), (at, seq) = owner, when
        for flow in flows:
            dataset, version = self._numbers(flow.dataset, flow.version)
            number = number_of(flow.dataset, flow.version)
            carries = flow.direction is Flow.OUT and number is not None and number > 0
            previous = self._names.versions[flow.dataset, str(number - 1)] if carries and number else None
            row = (run, version, flow.direction.value, flow.alone, job, dataset, previous)
            self._flows.state(row, event_time=at, seq=seq)
            self._job_flows.state((job, dataset, flow.direction.value), event_time=at, seq=seq)

    def _add_feeds(
        self, feeds: Iterable[FeedFact], owner: tuple[int, int], jobless: bool, when: tuple[int, int]
    ) -> None:
        (run, job), (at, seq) = owner, when
        for feed in feeds:
            source = 0 if feed.source is None else self._names.datasets[feed.source]
            row = (run, self._names.datasets[feed.target], source, job, jobless)
            self._feeds.state(row, event_time=at, seq=seq)

    def _add_columns(self, facts: Facts | Claim, owner: tuple[int, int], when: tuple[int, int]) -> None:
        (run, job), (at, seq) = owner, when
        for fact in facts.columns:
            dataset, version = self._numbers(fact.dataset, fact.version)
            lineage = (run, version, self._names.sets[fact.digest], job, dataset, fact.derived)
            self._columns.state(lineage, event_time=at, seq=seq)
            self._job_columns.state((job, dataset, self._names.sets[fact.digest]), event_time=at, seq=seq)
        for left in facts.unfollowed:
            body = compact(left.reasons)
            row = (run, self._names.datasets[left.dataset], sha256(body.encode()), job, body)
            self._unfollowed.state(row, event_time=at, seq=seq)

    def _add_claims(self, facts: Facts, run: int, when: tuple[int, int]) -> None:
        """What is said of other jobs."""
        at, seq = when
        for claim in facts.claims:
            owner = (self._names.runs[claim.run], self._names.jobs[claim.job])
            self._add_flows(claim.flows, owner, when)
            self._add_feeds(claim.feeds, owner, claim.job.namespace == STATED, when)
            self._add_columns(claim, owner, when)
        for hand in facts.hands:
            row = (run, *_numbers(self._names, hand.source), *_numbers(self._names, hand.target))
            self._hands.state(row, event_time=at, seq=seq)

    def _add_about_run(self, facts: Facts, run: int, at: int, seq: int) -> None:
        """Parent, root, supersessions and findings of the run."""
        for above, root in ((facts.parent, False), (facts.root, True)):
            if above is not None:
                ends = (run, self._names.runs[above.id], self._names.jobs[above.job])
                self._parents.state((*ends, root), event_time=at, seq=seq)
        for fact in facts.supersessions:
            dataset, version = self._numbers(fact.dataset, fact.version)
            row = (run, version, fact.where, fact.because, dataset)
            self._supersessions.state(row, event_time=at, seq=seq)
        for body in facts.findings:
            self._findings.state((run, sha256(body.encode()), body), event_time=at, seq=seq)

    def _numbers(self, dataset: DatasetId, version: str | None) -> tuple[int, int]:
        return self._names.datasets[dataset], self._names.versions[dataset, version]

    def _write_fields(self, connection: Connection) -> None:
        key = ("digest",)
        wanted = [(digest,) for digest in self._fields]
        there = {digest for [digest] in find_rows(connection, orm.FieldsRow, key, wanted, key)}
        new = [(digest, body) for digest, body in self._fields.items() if digest not in there]
        insert_rows(connection, orm.FieldsRow, ("digest", "body"), new)


def _is_short(fields: tuple[tuple[str, str], ...]) -> bool:
    return len(fields) <= _FEW and sum(map(len, chain.from_iterable(fields))) <= _SHORT


def _body(fields: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """A schema as it is kept, and the digest that it is known by."""
    body = compact(fields)
    return sha256(body.encode()), body


_kept_body = lru_cache(maxsize=1024)(_body)


def _numbers(names: Identities, hand: Hand) -> tuple[int, int]:
    """A job's number, and its run's where one is named."""
    return names.jobs[hand.job], 0 if hand.run is None else names.runs[hand.run]
