"""`log checkpoint | proof | consistency | verify | rotate-key | timestamp`: the evidence log."""

from pathlib import Path
from typing import Annotated

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.commands.evidence import Kept, read_note
from lakeproof.render import print_json

Place = Annotated[int, typer.Argument(min=0, max=2**53 - 1, help="The entry's number, from 0.")]
Earlier = Annotated[int, typer.Argument(min=0, max=2**53 - 1, help="Entries of the earlier head.")]
Later = Annotated[int | None, typer.Argument(min=0, max=2**53 - 1, help="Entries of the later head; all.")]
Size = Annotated[int | None, typer.Option(min=0, max=2**53 - 1, help="Of the head with so many entries.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(name="log", help="The evidence log.", no_args_is_help=True)
    group.command("checkpoint")(checkpoint)
    group.command("proof")(proof)
    group.command("consistency")(consistency)
    group.command("verify")(verify)
    group.command("rotate-key")(rotate_key)
    group.command("timestamp")(timestamp)
    app.add_typer(group)


def checkpoint(context: typer.Context, size: Size = None) -> None:
    """Print the log's signed head, or one that it had; keep it, and compare later."""
    with workspace_of(context) as workspace:
        typer.echo(workspace.catalog.log.checkpoint(size), nl=False)


def proof(context: typer.Context, seq: Place, size: Size = None) -> None:
    """Print the proof that entry SEQ is in the log."""
    with workspace_of(context) as workspace:
        print_json(workspace.catalog.log.proof(seq, size).to_json())


def consistency(context: typer.Context, old: Earlier, new: Later = None) -> None:
    """Print the proof that the log of NEW entries extends the log of OLD."""
    from catalog.log.proof import growth

    with workspace_of(context) as workspace:
        print_json(growth(workspace.catalog.log, old, new).to_json())


def verify(context: typer.Context, kept: Kept = None) -> None:
    """Recompute the whole log; with a checkpoint, prove that the log extends it."""
    from lineage.certainty import Verified

    note = None if kept is None else read_note(kept)
    with workspace_of(context) as workspace:
        verdict = workspace.catalog.log.verify(note)
    good = isinstance(verdict, Verified)
    lines = list(verdict.notes) if isinstance(verdict, Verified) else [verdict.reason]
    if settings_of(context).json:
        print_json({"verified": good, "notes": lines})
    else:
        typer.echo(f"{'verified' if good else type(verdict).__name__}: {'; '.join(lines)}")
    if not good:
        raise typer.Exit(1)


def rotate_key(context: typer.Context) -> None:
    """Put a new signing key in force; an entry signed by both keys says so, and the old key is gone."""
    with workspace_of(context) as workspace:
        entry = workspace.catalog.rotate_key(actor=workspace.actor)
        changed = {"entry": entry.seq, "old": entry.body()["old"], "new": entry.body()["new"]}
    if settings_of(context).json:
        print_json(changed)
    else:
        typer.echo(
            f"entry {entry.seq}: the log is signed by {changed['new']} from now on, no longer {changed['old']}"
        )


def timestamp(
    context: typer.Context,
    url: Annotated[str | None, typer.Option(help="A time stamp authority (LAKEPROOF_TIMESTAMP_URL).")] = None,
    roots: Annotated[
        Path | None, typer.Option(help="Its root certificates, PEM (LAKEPROOF_TIMESTAMP_ROOTS).")
    ] = None,
) -> None:
    """Have the log's head stamped by an authority's clock (RFC 3161); the stamp is kept and logged."""
    from lakeproof.operations.stamping import stamp

    with workspace_of(context) as workspace:
        said = stamp(workspace, settings_of(context), url=url, roots=roots)
    if settings_of(context).json:
        print_json(said)
    else:
        typer.echo(f"entry {said['entry']}: the first {said['size']} entries were there at {said['at']}")
