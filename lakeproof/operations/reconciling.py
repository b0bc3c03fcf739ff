"""Bring both sides of a reconciliation, and record its outcome."""

from dataclasses import replace

from catalog.graph.records import RunDataset, RunRecord, RunState
from lakehouse.lake import Lake
from lakeproof.operations.mirroring import log_mirror
from lakeproof.operations.reconcile import CommitSide, Reconciliation, RunSide, reconcile
from lakeproof.workspace import Workspace
from lineage.canonical import Json
from lineage.mirrored import ENTRIES
from lineage.names import TableName, TableVersion


def reconcile_home(workspace: Workspace) -> Reconciliation:
    """Compare every table's history with every run of the record; the outcome is an entry of the log."""
    lake = workspace.lake
    at = workspace.catalog.log.resolve()
    runs = [_run_side(run) for run in workspace.catalog.graph.runs(at=at)]
    sides = {table: commits_of(lake, table) for table in lake.tables()}
    if ENTRIES in sides:
        sides[ENTRIES] = mirror_sides(workspace)
    outcome = reconcile(sides, runs)
    workspace.catalog.log.append("reconciliation", reconciliation_json(outcome), actor=workspace.actor)
    return outcome


def commits_of(lake: Lake, table: TableName) -> list[CommitSide]:
    """A table's commits as reconciliation sees them."""
    return [
        CommitSide(
            version=TableVersion(table=table, version=commit.version),
            run=commit.run,
            operation=commit.operation,
        )
        for commit in lake.history(table)
    ]


def mirror_sides(workspace: Workspace) -> list[CommitSide]:
    """The commits of the log's mirror: the log itself explains those that carry a range of it."""
    mirroring = workspace.catalog.mirroring(log_mirror(workspace))
    claimed = [commit.claimed for commit in workspace.lake.history(ENTRIES)]
    sides = zip(commits_of(workspace.lake, ENTRIES), mirroring.unexplained(claimed), strict=True)
    return [replace(side, mirrors=why is None, because=why) for side, why in sides]


def reconciliation_json(outcome: Reconciliation) -> dict[str, Json]:
    """The outcome as the log keeps it."""
    return {
        "tables": outcome.tables,
        "commits": outcome.commits,
        "runs": outcome.runs,
        "findings": [finding.to_json() for finding in outcome.findings],
    }


def _run_side(run: RunRecord) -> RunSide:
    return RunSide(
        run=run.id,
        job=run.job.name,
        complete=run.state is RunState.COMPLETE,
        wrote=tuple(version for output in run.outputs for version in _versions(output)),
        no_versions=tuple(
            f"{output.dataset.name}@{output.version}"
            for output in run.outputs
            if output.dataset.table is not None
            and output.version is not None
            and not output.version.isdecimal()
        ),
    )


def _versions(output: RunDataset) -> tuple[TableVersion, ...]:
    table = output.dataset.table
    if table is None or output.version is None:
        return ()
    if not output.version.isdecimal():
        return ()
    numbers = output.facets.get("lakeproof_commits", {}).get("versions", [int(output.version)])
    return tuple(TableVersion(table=table, version=number) for number in numbers)
