"""Compare both sides: every Delta commit has a run in the record, every run has the commits it declared.

Nothing is read or written here; `reconciling.py` brings the two sides and records the outcome.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lineage.findings import Finding, Severity
from lineage.names import RunId, TableName, TableVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSide:
    """A commit as the table's own log tells it; `run` from its commit binding, None when it has none."""

    version: TableVersion
    run: RunId | None
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSide:
    """A run as the record tells it; `wrote` are the table versions it declared."""

    run: RunId
    job: str
    complete: bool
    wrote: tuple[TableVersion, ...]


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
    evidence = {"version": str(commit.version), "operation": commit.operation}
    if commit.run is None:
        return [
            Finding(
                kind="unexplained-write",
                severity=Severity.CRITICAL,
                subject=str(commit.version),
                message=f"{commit.version} was committed ({commit.operation}) by no run: someone wrote past the record",
                remedy="find the writer; write only through Lakeproof, or adopt the table",
                evidence=evidence,
            )
        ]
    run = runs.get(commit.run)
    if run is None:
        return [
            Finding(
                kind="unknown-run",
                severity=Severity.CRITICAL,
                subject=str(commit.version),
                message=f"{commit.version} names run {commit.run}, which the record does not have",
                remedy="find out whether events of that run were lost, and send them again",
                evidence={**evidence, "run": str(commit.run)},
            )
        ]
    if run.complete and commit.version not in run.wrote:
        return [
            Finding(
                kind="undeclared-commit",
                severity=Severity.MAJOR,
                subject=str(commit.version),
                message=f"{commit.version} was committed by run {run.run} of {run.job}, which does not declare it",
                remedy="compare the run's events with the table's history",
                evidence={**evidence, "run": str(run.run)},
            )
        ]
    if not run.complete:
        return [
            Finding(
                kind="interrupted-run",
                severity=Severity.MINOR,
                subject=str(commit.version),
                message=f"{commit.version} was committed by run {run.run} of {run.job}, which never completed",
                remedy="run the job again; it goes on from there",
                evidence={**evidence, "run": str(run.run)},
            )
        ]
    return []


def _check_run(run: RunSide, commits: Mapping[TableVersion, CommitSide]) -> list[Finding]:
    findings = []
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
