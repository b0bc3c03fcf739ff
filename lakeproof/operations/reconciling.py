"""Bring both sides of a reconciliation, and record its outcome."""

from catalog.graph.records import RunDataset, RunRecord, RunState
from lakehouse.lake import Lake
from lakeproof.operations.reconcile import CommitSide, Reconciliation, RunSide, reconcile
from lakeproof.workspace import Workspace
from lineage.canonical import Json
from lineage.names import TableName, TableVersion


def reconcile_home(workspace: Workspace) -> Reconciliation:
    """Compare every table's history with every run of the record; the outcome is an entry of the log."""
    lake = workspace.lake
    at = workspace.catalog.log.resolve()
    runs = [_run_side(run) for run in workspace.catalog.graph.runs(at=at)]
    outcome = reconcile({table: commits_of(lake, table) for table in lake.tables()}, runs)
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
