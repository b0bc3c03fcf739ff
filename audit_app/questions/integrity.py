"""Is the record intact, what happened lately, what needs attention. Questions 28 and 29, in part."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit_app.checks import Check, coverage_of, failed, not_checkable, verified
from audit_app.sources import Sources
from catalog.graph.records import FindingRecord, RunRecord, RunState
from catalog.intake import EVENT, Gap
from catalog.log.entry import Entry
from lineage.answers import Answer
from lineage.canonical import Json
from lineage.errors import BadInput
from lineage.findings import Severity
from lineage.times import Instants, render_moment

_LATELY = 12
_ORDER = [severity.value for severity in Severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the answer is made of. `logged` are the log entries that are no events, oldest first."""

    log: Check
    gaps: tuple[Gap, ...]
    logged: tuple[Entry, ...]
    runs: tuple[RunRecord, ...]
    findings: tuple[FindingRecord, ...]

    def of_kind(self, kind: str) -> list[Entry]:
        return [entry for entry in self.logged if entry.kind == kind]


def integrity(sources: Sources, at: Instants) -> Answer:
    """Whether log, streams and tables hold together, and what to look at.

    Keys: checks [{"name", "about", "status", "said"}], log {"size", "last"}, runs {"count", "by_state"},
    entries {kind: count}, reconciliation {"recorded_at", "entry", "tables", "commits", "runs", "findings"} or
    null, lately [{"at", "what", "who", "state", "run", "entry"}], attention [{"severity", "kind", "subject",
    "message", "remedy", "since", "entry", "run"}].
    """
    evidence = _gather(sources, at)
    checks = tuple(judge(evidence))
    last = evidence.of_kind("reconciliation")[-1:]
    return Answer(
        question="integrity",
        parameters={},
        at=at,
        coverage=coverage_of(
            checks, notes=("the whole log was recomputed for this answer, whatever the two times",)
        ),
        answer={
            "checks": [check.to_json() for check in checks],
            "log": {"size": at.log_size, "last": render_moment(at.known_at)},
            "runs": {"count": len(evidence.runs), "by_state": dict(_states(evidence.runs))},
            "entries": dict(sorted(Counter(entry.kind for entry in evidence.logged).items())),
            "reconciliation": _reconciliation(last[0]) if last else None,
            "lately": lately(evidence),
            "attention": attention(evidence),
        },
    )


def _gather(sources: Sources, at: Instants) -> Evidence:
    log = sources.catalog.log
    entries = log.entries(without=EVENT, upto=at.log_size)
    return Evidence(
        log=Check(name="log", about="the evidence log", verdict=log.verify()),
        gaps=sources.catalog.intake.gaps(upto=at.log_size),
        logged=tuple(entry for entry in entries if entry.recorded_at <= at.as_of),
        runs=sources.catalog.graph.runs(at=at),
        findings=sources.catalog.graph.findings(at),
    )


def judge(evidence: Evidence) -> Iterator[Check]:
    """The checks that make the record intact, or not. Pure."""
    yield evidence.log
    about = "the producers' streams"
    if evidence.gaps:
        missing = "; ".join(f"{gap.first}–{gap.last} of {gap.stream}" for gap in evidence.gaps)
        yield failed("gaps", about, f"events never came: {missing}")
    else:
        yield verified("gaps", about, "no number is missing: every event that was sent has come")
    yield _reconciled(evidence)
    yield _ended(evidence)


def _reconciled(evidence: Evidence) -> Check:
    about = "tables against runs"
    found = evidence.of_kind("reconciliation")
    if not found:
        return not_checkable("reconciliation", about, "they were never compared; run `lakeproof reconcile`")
    body, when = _body(found[-1]), render_moment(found[-1].recorded_at)
    unexplained = len(body.get("findings", []))
    compared = f"{body.get('commits')} commits of {body.get('tables')} tables with {body.get('runs')} runs"
    if unexplained:
        return failed("reconciliation", about, f"{unexplained} without a partner among {compared}, on {when}")
    return verified("reconciliation", about, f"each has its partner: {compared}, on {when}")


def _ended(evidence: Evidence) -> Check:
    about = "the runs"
    open_ = [run for run in evidence.runs if run.state is RunState.RUNNING]
    if open_:
        named = ", ".join(f"{run.job.name} {run.id}" for run in open_[:5])
        return not_checkable("ended", about, f"{len(open_)} have not said how they ended: {named}")
    return verified("ended", about, f"all {len(evidence.runs)} have said how they ended")


def lately(evidence: Evidence) -> list[Json]:
    """The last runs that are nobody's part, and the last acts, newest first. Pure."""
    runs = [run for run in evidence.runs if run.parent is None]
    told = [*map(_run, runs), *(_act(entry) for entry in evidence.logged if entry.kind in _ACTS)]
    told.sort(key=lambda each: str(each["at"]), reverse=True)
    return [dict(each) for each in told[:_LATELY]]


_ACTS: Mapping[str, str] = {
    "approval": "{by} approved {model}",
    "approval-refused": "{by} may not approve {model}: {reason}",
    "deployment": "{deployment} serves {model}",
    "reconciliation": "{commits} commits compared with {runs} runs",
    "export": "the pack {report} was exported",
    "actor-added": "{name} may act as {role}",
    "token-revoked": "a token of {name} was revoked",
    "backfill-plan": "backfill {id} was planned",
    "backfill-applied": "backfill {id} was applied",
    "refused-event": "an event was refused and kept",
}


class _Told(dict[str, Any]):
    """A payload's members for a sentence; one that is missing is said to be."""

    def __missing__(self, key: str) -> str:
        return f"(no {key})"


def _act(entry: Entry) -> dict[str, Json]:
    members = _Told(_body(entry))
    return {
        "at": render_moment(entry.recorded_at),
        "what": _ACTS[entry.kind].format_map(members),
        "who": str(entry.actor),
        "state": entry.kind,
        "run": None,
        "entry": entry.seq,
    }


def _body(entry: Entry) -> dict[str, Any]:
    """The payload's members; none where it is no JSON object, as a refused or a damaged one may be."""
    try:
        return entry.body()
    except BadInput:
        return {}


def _run(run: RunRecord) -> dict[str, Json]:
    moment = run.ended_at or run.started_at
    return {
        "at": None if moment is None else render_moment(moment),
        "what": f"{run.job.name}" if run.error is None else f"{run.job.name}: {run.error}",
        "who": run.actor,
        "state": run.state.value,
        "run": str(run.id),
        "entry": run.entries[-1],
    }


def attention(evidence: Evidence) -> list[Json]:
    """Findings, worst first, newest first within; those of the last reconciliation among them. Pure."""
    found: list[dict[str, Json]] = [
        {
            **_named(each.finding.to_json()),
            "since": render_moment(each.since),
            "entry": each.entry,
            "run": None if each.run is None else str(each.run),
        }
        for each in evidence.findings
    ]
    for entry in evidence.of_kind("reconciliation")[-1:]:
        recorded: dict[str, Json] = {
            "since": render_moment(entry.recorded_at),
            "entry": entry.seq,
            "run": None,
        }
        found += [{**_named(each), **recorded} for each in _body(entry).get("findings", [])]
    found.sort(key=lambda each: str(each["since"]), reverse=True)
    return [dict(each) for each in sorted(found, key=lambda each: _ORDER.index(str(each["severity"])))]


def _named(finding: Mapping[str, Json]) -> dict[str, Json]:
    return {key: finding[key] for key in ("severity", "kind", "subject", "message", "remedy")}


def _states(runs: Iterable[RunRecord]) -> Sequence[tuple[str, int]]:
    return sorted(Counter(run.state.value for run in runs).items())


def _reconciliation(entry: Entry) -> dict[str, Json]:
    body = _body(entry)
    return {
        "recorded_at": render_moment(entry.recorded_at),
        "entry": entry.seq,
        **{key: body.get(key) for key in ("tables", "commits", "runs")},
        "findings": len(body.get("findings", [])),
    }
