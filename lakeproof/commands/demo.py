"""`demo`: the main job, end to end, on real mortgage decisions."""

import os
from typing import Annotated

import typer

from lakeproof.commands.context import settings_of
from lakeproof.render import print_json


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the home afterwards.")] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over where a demo is finished.")] = False,
) -> None:
    """Run the main job on real mortgage decisions, then serve it."""
    from lakeproof.demo.run import run_demo
    from lakeproof.services.together import Ports, serve_together

    settings = settings_of(context)
    if serve:
        Ports().require_free()
    say = _to_stderr if settings.json else typer.echo
    outcome = run_demo(settings, fresh=fresh, say=say)
    if settings.json:
        print_json(outcome)
    if serve:
        say("\n8. Serve")
        serve_together(settings, os.environ, say=say, ports=Ports())


def _to_stderr(line: str) -> None:
    typer.echo(line, err=True)
