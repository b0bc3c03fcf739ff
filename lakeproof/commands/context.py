"""What commands share: the opened workspace, and the two times of a question."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from lakeproof.settings import Settings

if TYPE_CHECKING:
    from lakeproof.workspace import Workspace
    from lineage.times import Instants

AsOf = Annotated[str | None, typer.Option("--as-of", help="When it was true in the world.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="When the record knew it.")]


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


def instants_of(workspace: "Workspace", as_of: str | None, known_at: str | None) -> "Instants":
    """Resolve the two times once, to a concrete time and log position. Raises BadInput."""
    from lineage.times import parse_moment

    return workspace.catalog.log.resolve(
        None if as_of is None else parse_moment(as_of), None if known_at is None else parse_moment(known_at)
    )
