"""What commands share: the opened workspace, and the two times of a question."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from lakeproof.settings import Settings

if TYPE_CHECKING:
    from lakeproof.workspace import Workspace
    from lineage.times import Instants


def settings_of(context: typer.Context) -> Settings:
    """The settings that the entry read."""
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


@contextmanager
def workspace_of(context: typer.Context) -> "Iterator[Workspace]":
    """The home of the settings, opened as their actor."""
    from lakeproof.workspace import open_workspace

    with open_workspace(settings_of(context)) as workspace:
        yield workspace


def instants_of(context: typer.Context, workspace: "Workspace") -> "Instants":
    """The two times of a question, resolved once to a concrete time and log position."""
    settings = settings_of(context)
    return workspace.catalog.log.resolve(settings.as_of, settings.known_at)
