"""Compare both sides: every Delta commit has a run in the record, every run has the commits it declared.

Nothing is read or written here; `reconciling.py` brings the two sides and records the outcome.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lineage.findings import Finding, Severity
from lineage.names import RunId, TableName, TableVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSide:
    """A commit as the table's own log tells it; `run` from its commit binding, None when it has none.

    `mirrors`: it carries entries of the log, and the log explains it. `because`: why it does not, if it should.
    """

    version: TableVersion
    run: RunId | None
    operation: str
    mirrors: bool = False
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSide:
    """A run as the record tells it; `wrote` are the table versions it declared.

    `no_versions` are those it declared of a table of the lake that are no Delta versions.
    """

    run: RunId
    job: str
    complete: bool
    wrote: tuple[TableVersion, ...]
    no_versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What was compared, and what has no partner."""

    tables: int
    commits: int
    runs: int
    findings: tuple[Finding, ...]


def reconcile(commits: Mapping[TableName, Sequence[CommitSide]], runs: Iterable[RunSide]) -> Reconciliation:
    """Match commits with runs, both ways."""
    by_id = {run.run: run for run in runs}
    every = [commit for of_table in commits.values() for commit in of_table]
    by_version = {commit.version: commit for commit in every}
    unexplained = [finding for commit in every for finding in _check_commit(commit, by_id)]
    missing = [finding for run in by_id.values() for finding in _check_run(run, by_version)]
    return Reconciliation(
        tables=len(commits), commits=len(every), runs=len(by_id), findings=(*unexplained, *missing)
    )


def _check_commit(commit: CommitSide, runs: Mapping[RunId, RunSide]) -> list[Finding]:
    if commit.mirrors:
        return []
    run = None if commit.run is None else runs.get(commit.run)
    if commit.run is None:
        return [_unexplained(commit)]
    if run is None:
        return [_of_unknown_run(commit)]
    if not run.complete:
        return [_of_interrupted_run(commit, run)]
    return [] if commit.version in run.wrote else [_undeclared(commit, run)]


def _unexplained(commit: CommitSide) -> Finding:
    why = "" if commit.because is None else f"; the log does not explain it either: {commit.because}"
    what = (
        f"{commit.version} was committed ({commit.operation}) by no run: someone wrote past the record{why}"
    )
    remedy = "find the writer; write only through Lakeproof, or adopt the table"
    return _finding("unexplained-write", Severity.CRITICAL, commit, what, remedy)


def _of_unknown_run(commit: CommitSide) -> Finding:
    what = f"{commit.version} names run {commit.run}, which the record does not have"
    remedy = "find out whether events of that run were lost, and send them again"
    return _finding("unknown-run", Severity.CRITICAL, commit, what, remedy)


def _of_interrupted_run(commit: CommitSide, run: RunSide) -> Finding:
    what = f"{commit.version} was committed by run {run.run} of {run.job}, which never completed"
    return _finding(
        "interrupted-run", Severity.MINOR, commit, what, "run the job again; it goes on from there"
    )


def _undeclared(commit: CommitSide, run: RunSide) -> Finding:
    what = f"{commit.version} was committed by run {run.run} of {run.job}, which does not declare it"
    remedy = "compare the run's events with the table's history"
    return _finding("undeclared-commit", Severity.MAJOR, commit, what, remedy)


def _finding(kind: str, severity: Severity, commit: CommitSide, message: str, remedy: str) -> Finding:
    run = None if commit.run is None else str(commit.run)
    evidence = {"version": str(commit.version), "operation": commit.operation, "run": run}
    return Finding(
        kind=kind,
        severity=severity,
        subject=str(commit.version),
        message=message,
        remedy=remedy,
        evidence=evidence,
    )


def _check_run(run: RunSide, commits: Mapping[TableVersion, CommitSide]) -> list[Finding]:
    findings = [
        Finding(
            kind="no-version",
            severity=Severity.MAJOR,
            subject=declared,
            message=f"run {run.run} of {run.job} declares {declared}, which is no Delta version",
            remedy="find its producer; versions of the lake's tables are numbers",
            evidence={"version": declared, "run": str(run.run)},
        )
        for declared in run.no_versions
    ]
    for version in run.wrote:
        commit = commits.get(version)
        if commit is not None and commit.run == run.run:
            continue
        what = "does not exist" if commit is None else f"is bound to run {commit.run}"
        findings.append(
            Finding(
                kind="missing-commit",
                severity=Severity.CRITICAL,
                subject=str(version),
                message=f"run {run.run} of {run.job} declares {version}, which {what}",
                remedy="compare the table's history with a backup: a commit was removed or replaced",
                evidence={"version": str(version), "run": str(run.run)},
            )
        )
    return findings
