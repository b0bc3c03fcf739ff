"""`backfill plan | show | apply`, `reconcile`: corrections, and commits against runs."""

from typing import Annotated

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.render import print_json


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(name="backfill", help="Corrections by time travel.", no_args_is_help=True)
    group.command("plan")(plan)
    group.command("show")(show)
    group.command("apply")(apply)
    app.add_typer(group)
    app.command()(reconcile)


def plan(
    context: typer.Context,
    table: Annotated[str, typer.Option(help="The corrected table, as schema.table.")],
    where: Annotated[str, typer.Option(help="The slice, as in drop_month = '2025-03'.")],
    because: Annotated[str, typer.Option(help="Why.")],
    from_version: Annotated[int | None, typer.Option(help="The last bad version.")] = None,
) -> None:
    """Show what would be rewritten, from which versions; nothing is changed."""
    from lakeproof.operations.backfill.apply import Correction, make_plan
    from lakeproof.operations.backfill.explain import explain
    from lakeproof.operations.backfill.plan_json import plan_json
    from lineage.names import TableName, TableVersion

    name = TableName.parse(table)
    bad = None if from_version is None else TableVersion(table=name, version=from_version)
    with workspace_of(context) as workspace:
        id_, made = make_plan(workspace, Correction(table=name, where=where, because=because, bad=bad))
        if settings_of(context).json:
            print_json({"id": id_, "plan": plan_json(made)})
        else:
            typer.echo("\n".join(explain(id_, made)))


def show(context: typer.Context, plan_id: str) -> None:
    """Show a plan made earlier."""
    from lakeproof.operations.backfill.apply import kept_plan
    from lakeproof.operations.backfill.explain import explain
    from lakeproof.operations.backfill.plan_json import plan_json

    with workspace_of(context) as workspace:
        kept = kept_plan(workspace, plan_id)
        if settings_of(context).json:
            print_json({"id": plan_id, "plan": plan_json(kept)})
        else:
            typer.echo("\n".join(explain(plan_id, kept)))


def apply(context: typer.Context, plan_id: str) -> None:
    """Do exactly what a plan says; refused when the world has moved since."""
    from lakeproof.operations.backfill.apply import apply_plan
    from lineage.names import at_versions

    with workspace_of(context) as workspace:
        applied = apply_plan(workspace, plan_id)
        if settings_of(context).json:
            print_json(
                {"id": plan_id, "versions": list(map(str, applied.versions)), "already": applied.already}
            )
        else:
            done = "was applied already" if applied.already else "is applied"
            typer.echo(f"backfill {plan_id} {done}: {at_versions(applied.versions)}")


def reconcile(context: typer.Context) -> None:
    """Compare every commit with the runs and every run with the commits; exit 1 when something has no partner."""
    from lakeproof.operations.reconciling import reconcile_home, reconciliation_json

    with workspace_of(context) as workspace:
        outcome = reconcile_home(workspace)
        if settings_of(context).json:
            print_json(reconciliation_json(outcome))
        else:
            typer.echo(f"{outcome.commits} commits of {outcome.tables} tables against {outcome.runs} runs")
            for finding in outcome.findings:
                typer.echo(f"{finding.severity}: {finding.message}; {finding.remedy}")
            typer.echo(
                f"{len(outcome.findings)} findings" if outcome.findings else "every side has its partner"
            )
        if outcome.findings:
            raise typer.Exit(1)
