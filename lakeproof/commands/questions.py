"""`lineage`, `trace`, `impact`: questions, at any as-of and known-at."""

from typing import Annotated
from uuid import UUID

import typer

from lakeproof.choices import read_choices
from lakeproof.commands.context import instants_of, settings_of, workspace_of
from lakeproof.render import print_answer
from lineage.errors import BadInput
from lineage.graph import Direction, Level

_CHOICES = (
    "kinds=table,job: only such nodes; limit=N; next=CURSOR: an answer goes on; "
    "diff_as_of=TIME, diff_known_at=TIME: what changed since"
)


def add_to(app: typer.Typer) -> None:
    app.command()(lineage)
    app.command()(trace)
    app.command()(impact)


def lineage(
    context: typer.Context,
    subject: str,
    up: Annotated[
        bool | None, typer.Option("--up/--down", help="Only what it comes from, or leads to.")
    ] = None,
    depth: Annotated[int, typer.Option(min=1)] = 5,
    level: Annotated[Level, typer.Option()] = Level.TABLE,
    chosen: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_CHOICES)] = None,
) -> None:
    """Show the graph around a table, version, column, job, run, model, deployment or prediction.

    With diff_as_of or diff_known_at: what has changed in it since those times.
    """
    from audit_app import text
    from audit_app.questions.lineage import lineage_page
    from audit_app.questions.lineage_difference import lineage_difference

    direction = {None: Direction.BOTH, True: Direction.UP, False: Direction.DOWN}[up]
    extent, as_of, known_at = read_choices(chosen or (), direction=direction, depth=depth, level=level)
    with workspace_of(context) as workspace:
        at, sources = instants_of(context, workspace), workspace.sources
        if as_of is None and known_at is None:
            answer = lineage_page(sources, subject, extent, at)
        else:
            before = workspace.catalog.log.resolve(as_of or at.as_of, known_at or at.known_at)
            answer = lineage_difference(sources, subject, extent, at, before=before)
        print_answer(answer, text.lineage(answer), as_json=settings_of(context).json)


def trace(context: typer.Context, prediction: str) -> None:
    """Show the passport of a prediction: everything behind it, up to the landing file."""
    from audit_app import text
    from audit_app.questions.passport import trace as ask

    id_ = parse_prediction(prediction)
    with workspace_of(context) as workspace:
        answer = ask(workspace.sources, id_, instants_of(context, workspace))
        print_answer(answer, text.passport(answer), as_json=settings_of(context).json)


def impact(context: typer.Context, version: str) -> None:
    """Show the blast radius of a version, ours or foreign: tables, models, predictions that stand on it."""
    from audit_app import text
    from audit_app.behind.meant import find_version
    from audit_app.questions.impact import impact as ask

    with workspace_of(context) as workspace:
        at = instants_of(context, workspace)
        answer = ask(workspace.sources, find_version(workspace.sources, version, at), at)
        print_answer(answer, text.impact(answer), as_json=settings_of(context).json)


def parse_prediction(value: str) -> UUID:
    """Raise BadInput unless value is a prediction id."""
    try:
        return UUID(value)
    except ValueError as error:
        raise BadInput(
            f"'{value}' is not a prediction id",
            next_move="prediction ids are UUIDs, as the scoring service answered",
        ) from error
