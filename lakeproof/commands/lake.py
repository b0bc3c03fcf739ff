"""`init`, `tables`, `history`, `horizon`: the home and what is in its lake."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.render import print_rows
from lineage.canonical import Json

if TYPE_CHECKING:
    from lakehouse.horizon import Horizon


def add_to(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(tables)
    app.command()(history)
    app.command()(horizon)


def init(context: typer.Context) -> None:
    """Make an empty home."""
    from catalog.catalog import Catalog
    from lakeproof.home import Home

    settings = settings_of(context)
    home = Home(root=settings.home)
    new = home.make()
    Catalog.open(home.root, database=settings.database).close()
    typer.echo(f"{'made' if new else 'kept'} the home {home.root}")


def tables(context: typer.Context) -> None:
    """List the tables of the lake with their newest versions."""
    rows: list[Mapping[str, Json]]
    with workspace_of(context) as workspace:
        rows = [
            {"table": str(table), "newest": workspace.lake.newest(table).version}
            for table in workspace.lake.tables()
        ]
        print_rows(
            rows,
            as_json=settings_of(context).json,
            empty="the lake is empty; load something with `lakeproof ingest`",
        )


def history(context: typer.Context, table: str) -> None:
    """List a table's commits with run, actor and operation."""
    from lineage.names import TableName
    from lineage.times import render_moment

    rows: list[Mapping[str, Json]]
    with workspace_of(context) as workspace:
        rows = [
            {
                "version": commit.version,
                "claimed": render_moment(commit.at),
                "operation": commit.operation,
                "run": str(commit.run) if commit.run else None,
                "job": commit.job,
                "actor": commit.actor,
            }
            for commit in workspace.lake.history(TableName.parse(table))
        ]
        print_rows(rows, as_json=settings_of(context).json, empty="no commits")


def horizon(context: typer.Context) -> None:
    """Show how far back each table can really be read; exit 1 when a promise is not kept."""
    from lakehouse.horizon import horizons
    from lineage.times import system_clock

    with workspace_of(context) as workspace:
        found = horizons(workspace.lake, at=system_clock())
    print_rows([_row(each) for each in found], as_json=settings_of(context).json, empty="the lake is empty")
    for finding in (finding for each in found for finding in each.findings):
        typer.echo(f"{finding.severity}: {finding.message}; {finding.remedy}", err=True)
    if any(each.findings for each in found):
        raise typer.Exit(1)


def _row(found: "Horizon") -> dict[str, Json]:
    return {
        "table": str(found.table),
        "class": found.promised.name if found.promised else None,
        "promised days": found.promised.days if found.promised else None,
        "log days": found.log_days,
        "file days": found.file_days,
        "oldest readable": found.oldest,
        "newest": found.newest,
    }
