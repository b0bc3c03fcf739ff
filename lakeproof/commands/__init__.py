"""The commands, one file for each kind of work. Importing them must stay cheap: rooms are imported inside."""

import typer

from lakeproof.commands import actors, catalog, corrections, demo, evidence, lake, models, questions, work


def register(app: typer.Typer) -> None:
    """Add every command to the application."""
    for module in (demo, lake, work, models, actors, questions, corrections, evidence, catalog):
        module.add_to(app)
