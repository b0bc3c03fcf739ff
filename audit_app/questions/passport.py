"""Everything behind one prediction, each part checked where it can be. Questions 1 and 2."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit_app.behind.columns import Feature, features_behind
from audit_app.behind.corrected import StoodOn, Touched, find_touched, training_closure
from audit_app.behind.filed import Filed, check_filed, find_filed
from audit_app.behind.picture import picture
from audit_app.behind.runs import Commits
from audit_app.behind.scored import approve_at, check_score
from audit_app.behind.served import Served, check_pins, check_served, find_served
from audit_app.behind.told import told
from audit_app.behind.way import Way, check_features, check_way, find_way
from audit_app.checks import Check, coverage_of, holds
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from catalog.log.entry import Entry
from lineage.answers import Answer
from lineage.canonical import sha256
from lineage.certainty import Coverage
from lineage.graph import Graph
from lineage.predictions import Prediction
from lineage.times import Instants


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """A prediction and what is behind it. `unknown` says in words what nothing here can tell.

    `approve_at` is the score from which on this model approves, None where its scorecard cannot be read.
    `entries` are the log entries it rests on, in order: every run's events, and approval, deployment, pins,
    manifests.
    """

    filed: Filed
    served: Served
    way: Way
    features: tuple[Feature, ...]
    corrections: tuple[Touched, ...]
    approve_at: float | None
    runs: tuple[RunRecord, ...]
    entries: tuple[Entry, ...]
    checks: tuple[Check, ...]
    unknown: tuple[str, ...]
    graph: Graph

    @property
    def prediction(self) -> Prediction:
        return self.filed.prediction

    @property
    def coverage(self) -> Coverage:
        return coverage_of(self.checks, notes=self.unknown)


def find_passport(sources: Sources, prediction: UUID, at: Instants) -> Passport:
    """Raises NotFound when no prediction of this id was filed as of then."""
    sources = sources.glance()
    filed = find_filed(sources, prediction, at)
    asked = filed.prediction
    served = find_served(sources, asked, at)
    way = find_way(sources, asked.source, asked.application_id, at)
    runs = _runs(filed, served, way)
    entries = _entries(sources, served, runs)
    stood_on = StoodOn(
        application=frozenset(hop.read for hop in way.hops),
        training=training_closure(sources, served.trained_in, at),
    )
    return Passport(
        filed=filed,
        served=served,
        way=way,
        features=_features(asked, way),
        corrections=find_touched(sources, stood_on, asked.application_id, at),
        approve_at=approve_at(sources, served),
        runs=runs,
        entries=entries,
        checks=(
            *check_filed(filed),
            *check_served(served, filed.batch, asked),
            *check_score(sources, served, asked),
            *check_features(dict(asked.features), way),
            *check_way(sources, way),
            *check_pins(sources, served),
            *_check_bindings(sources, runs),
            *check_entries(entries),
        ),
        unknown=tuple(unknown(asked, way, runs)),
        graph=picture(filed, served, way),
    )


def trace(sources: Sources, prediction: UUID, at: Instants) -> Answer:
    """`find_passport` as an answer; its keys are listed at `audit_app.behind.told`."""
    found = find_passport(sources, prediction, at)
    return Answer(
        question="trace",
        parameters={"prediction": str(prediction)},
        at=at,
        coverage=found.coverage,
        answer=told(found),
    )


def _runs(filed: Filed, served: Served, way: Way) -> tuple[RunRecord, ...]:
    """Each run once, in the order in which they began."""
    named = [*way.runs, *served.runs, *([] if filed.batch is None else [filed.batch])]
    once = {run.id: run for run in named}
    return tuple(sorted(once.values(), key=lambda run: (run.entries[:1], str(run.id))))


def _entries(sources: Sources, served: Served, runs: Sequence[RunRecord]) -> tuple[Entry, ...]:
    events = (sources.catalog.log.entry(seq) for run in runs for seq in run.entries)
    once = {entry.seq: entry for entry in (*events, *served.entries)}
    return tuple(once[seq] for seq in sorted(once))


def _features(prediction: Prediction, way: Way) -> tuple[Feature, ...]:
    if prediction.source is None:
        return ()
    writers = {hop.read.table.dataset: hop.run for hop in way.hops if hop.run is not None}
    return features_behind(prediction.features, prediction.source.table.dataset, writers)


def _check_bindings(sources: Sources, runs: Sequence[RunRecord]) -> Iterator[Check]:
    commits = Commits(sources=sources)
    for run in runs:
        yield from commits.agree(run)


def check_entries(entries: Sequence[Entry]) -> Iterator[Check]:
    """Whether each payload is the one that its envelope states. Pure."""
    wrong = [str(each.seq) for each in entries if sha256(each.payload) != each.envelope.payload_sha256]
    yield holds(
        "entries",
        "log entries",
        not wrong,
        said=f"the {len(entries)} entries behind it are as their envelopes state",
        otherwise=f"payloads differ from their envelopes: entries {', '.join(wrong)}",
    )


def unknown(prediction: Prediction, way: Way, runs: Sequence[RunRecord]) -> Iterator[str]:
    """What nobody recorded, said in words. Pure."""
    if way.hops:
        yield "that the features came from this table version is the caller's word; the values agree with it"
    dirty = sorted({run.job.name for run in runs if str(_code(run)).endswith("+dirty")})
    if dirty:
        yield f"uncommitted code ran in {', '.join(dirty)}: the commit alone does not give it again"
    if any(_code(run) is None for run in runs):
        yield "some runs did not state their code and environment"
    if prediction.decision == "deny":
        yield "whether and when the applicant was told the reasons is not recorded here"


def _code(run: RunRecord) -> str | None:
    code = run.facets.get("lakeproof_environment", {}).get("code")
    return None if code is None else str(code)
