"""`models list | show | compare | approve | deploy`: the registry under four eyes."""

from typing import Annotated

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.render import print_rows
from lineage.models import ModelVersion


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(name="models", help="The registry under four eyes.", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    group.command("compare")(compare)
    group.command("approve")(approve)
    group.command("deploy")(deploy)
    app.add_typer(group)


def list_(context: typer.Context) -> None:
    """List registered versions, who trained and approved them, and what is deployed."""
    from lakeproof.operations.inventory import inventory

    with workspace_of(context) as workspace:
        print_rows(
            [row.to_json() for row in inventory(workspace.catalog)],
            as_json=settings_of(context).json,
            empty="no models; train one with `lakeproof train mortgage`",
        )


def show(context: typer.Context, model: str) -> None:
    """Show a version's card: data, metrics, fairness, limits."""
    from lakeproof.operations.inventory import card

    with workspace_of(context) as workspace:
        typer.echo(card(workspace, ModelVersion.parse(model), as_json=settings_of(context).json))


def compare(context: typer.Context, a: str, b: str) -> None:
    """Show what differs between two versions."""
    from lakeproof.operations.inventory import compare as compare_versions

    with workspace_of(context) as workspace:
        print_rows(
            compare_versions(workspace, ModelVersion.parse(a), ModelVersion.parse(b)),
            as_json=settings_of(context).json,
            empty=f"{a} and {b} do not differ",
        )


def approve(
    context: typer.Context,
    model: str,
    note: Annotated[str, typer.Option(help="What the approval rests on.")] = "",
) -> None:
    """Approve a version; needs the token of an approver who did not train it."""
    from lakeproof.operations import models

    with workspace_of(context) as workspace:
        models.approve(workspace, ModelVersion.parse(model), note)
        typer.echo(f"{model} is approved by {workspace.actor}")


def deploy(context: typer.Context, model: str) -> None:
    """Put an approved version into service."""
    from lakeproof.operations import models

    with workspace_of(context) as workspace:
        deployment = models.deploy(workspace, ModelVersion.parse(model))
        typer.echo(f"{deployment} serves {model} from now on")
