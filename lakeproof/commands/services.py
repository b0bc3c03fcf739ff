"""`serve`, `catalog serve | rebuild | refused | move | mirror`: the services, and what is done with a whole record."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.render import print_json, print_table
from lineage.errors import Refused
from lineage.times import render_moment

Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]
WithoutToken = Annotated[
    bool | None, typer.Option("--without-token", help="Loopback only: actors are asserted.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(name="catalog", help="The record as a service.", no_args_is_help=True)
    group.command("serve")(serve_catalog)
    group.command("rebuild")(rebuild)
    group.command("move")(move)
    group.command("refused")(refused)
    group.command("mirror")(mirror)
    app.add_typer(group)
    app.command()(serve)


def serve(
    context: typer.Context,
    catalog_port: Port = 8080,
    scoring_port: Port = 8090,
    audit_port: Port = 8501,
) -> None:
    """Serve catalog, scoring and the audit app on loopback until interrupted."""
    from lakeproof.services.together import Ports, serve_together

    ports = Ports(catalog=catalog_port, scoring=scoring_port, audit_app=audit_port)
    serve_together(settings_of(context), os.environ, say=typer.echo, ports=ports)


def serve_catalog(
    context: typer.Context,
    port: Port = 8080,
    without_token: WithoutToken = None,
) -> None:
    """Serve the record and the questions on loopback."""
    from lakeproof.services.catalog_process import serve_forever

    with workspace_of(context) as workspace:
        settings = settings_of(context)
        allowed = settings.without_token if without_token is None else without_token
        serve_forever(workspace, settings, port=port, without_token=allowed)


def rebuild(
    context: typer.Context,
    from_mirror: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Make the log itself again from its mirror in DIR.")
    ] = None,
) -> None:
    """Drop the projections and make them again from the log; compare with what they were.

    With --from-mirror, make the whole record again from the table record.entries, in an empty database.
    """
    if from_mirror is not None:
        from lakeproof.operations.mirroring import restore

        typer.echo(
            f"made again from the mirror: {restore(settings_of(context), from_mirror)} entries, as signed"
        )
        return
    with workspace_of(context) as workspace:
        before = "".join(workspace.catalog.export())
        workspace.catalog.rebuild()
        same = before == "".join(workspace.catalog.export())
        typer.echo(
            f"rebuilt from {workspace.catalog.log.size} entries: {'the same' if same else 'DIFFERENT'}"
        )
        if not same:
            raise typer.Exit(1)


def mirror(context: typer.Context) -> None:
    """Carry to the table record.entries what it has not got of the log."""
    from lakeproof.operations.mirroring import mirror as carry

    with workspace_of(context) as workspace:
        done = carry(workspace)
    if settings_of(context).json:
        print_json({"carried": done.carried, "entries": done.entries})
    else:
        typer.echo(f"carried {done.carried} entries to record.entries, which has {done.entries}")


def refused(
    context: typer.Context,
    seq: Annotated[int | None, typer.Argument(help="Print the bytes of this entry, as they came.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    before: Annotated[int | None, typer.Option(help="Only entries before this one.")] = None,
) -> None:
    """List the bodies that were refused at the door, newest first, with what is wrong with them."""
    with workspace_of(context) as workspace:
        if seq is not None:
            body = workspace.catalog.refusals.get(seq).body
            sys.stdout.buffer.write(body)
            return
        found = workspace.catalog.refusals.newest(limit=limit, before=before)
    if settings_of(context).json:
        print_json({"refused": [each.to_json() for each in found]})
    elif not found:
        typer.echo("nothing was refused")
    else:
        rows = [
            [
                each.seq,
                render_moment(each.recorded_at),
                each.actor,
                len(each.body),
                "; ".join(map(str, each.faults[:3])),
            ]
            for each in found
        ]
        print_table(["entry", "at", "by", "bytes", "because"], rows)


def move(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            help="postgresql+psycopg://USER@HOST/DATABASE; the password from PGPASSWORD or ~/.pgpass."
        ),
    ],
) -> None:
    """Move the record from the home's file to an empty PostgreSQL database. End the services first."""
    from catalog.moving import move_record
    from lakeproof.home import Home

    settings = settings_of(context)
    if settings.database is not None:
        raise Refused(
            "the record lies in PostgreSQL already", next_move="unset LAKEPROOF_DATABASE if it does not"
        )
    Home(root=settings.home).require()
    size = move_record(settings.home, to)
    typer.echo(f"moved {size} entries; from now on set LAKEPROOF_DATABASE to that address")
