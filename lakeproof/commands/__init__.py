"""The commands, one file for each kind of work. Importing them must stay cheap: rooms are imported inside."""

import typer

from lakeproof.commands import (
    actors,
    corrections,
    demo,
    evidence,
    lake,
    log,
    models,
    questions,
    services,
    work,
)


def register(app: typer.Typer) -> None:
    """Add every command to the application."""
    for module in (demo, lake, work, models, actors, questions, corrections, evidence, log, services):
        module.add_to(app)
