"""`actors add | list | token | revoke`: who may do what. Tokens are shown once and kept hashed."""

from typing import Annotated

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.render import print_json, print_rows
from lineage.actors import Role
from lineage.times import render_moment


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(name="actors", help="Who may do what.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_)
    group.command("token")(token)
    group.command("revoke")(revoke)
    app.add_typer(group)


def add(
    context: typer.Context, name: str, role: Annotated[Role, typer.Option(help="What the actor may do.")]
) -> None:
    """Add an actor and print the token, once."""
    with workspace_of(context) as workspace:
        _show(context, name, workspace.catalog.actors.add(name, role, by=workspace.actor))


def list_(context: typer.Context) -> None:
    """List the actors with their roles."""
    with workspace_of(context) as workspace:
        rows = [
            {
                "name": actor.name,
                "role": actor.role.value,
                "added": render_moment(actor.added_at),
                "valid tokens": actor.tokens,
            }
            for actor in workspace.catalog.actors.list()
        ]
        print_rows(
            rows, as_json=settings_of(context).json, empty="no actors; add one with `lakeproof actors add`"
        )


def token(context: typer.Context, name: str) -> None:
    """Print a new token for an actor, once; those it had end."""
    with workspace_of(context) as workspace:
        _show(context, name, workspace.catalog.actors.token(name, by=workspace.actor))


def revoke(context: typer.Context, name: str) -> None:
    """End an actor's tokens."""
    with workspace_of(context) as workspace:
        closed = workspace.catalog.actors.revoke(name, by=workspace.actor)
        typer.echo(f"closed {closed} tokens of {name}")


def _show(context: typer.Context, name: str, secret: str) -> None:
    if settings_of(context).json:
        print_json({"name": name, "token": secret})
    else:
        typer.echo(f"token of {name}, shown only now; set it as LAKEPROOF_TOKEN:\n{secret}")
