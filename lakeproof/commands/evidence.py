"""`report`, `verify`: evidence packs out, evidence packs checked."""

from pathlib import Path
from typing import Annotated

import typer

from lakeproof.commands.context import instants_of, settings_of, workspace_of
from lakeproof.commands.work import key_values
from lakeproof.render import print_json, verdict_json
from lineage.errors import BadInput

Kept = Annotated[Path | None, typer.Option("--checkpoint", help="A checkpoint you kept.")]


def add_to(app: typer.Typer) -> None:
    app.command()(report)
    app.command()(verify)


def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="decision or impact.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The pack, a .zip.")],
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="K=V")] = None,
) -> None:
    """Write an evidence pack that verifies without this home; a receipt is written beside it."""
    from lakeproof.operations.reporting import report as write

    with workspace_of(context) as workspace:
        at = instants_of(context, workspace)
        written = write(workspace, name, key_values(settings or ()), output=output, at=at)
    if settings_of(context).json:
        print_json({"pack": str(written.path), "receipt": str(written.receipt), "sha256": written.sha256})
    else:
        typer.echo(f"{written.path} (SHA-256 {written.sha256}), receipt {written.receipt}")


def verify(context: typer.Context, pack: Path, kept: Kept = None) -> None:
    """Check an evidence pack, without any home; exit 1 when anything about it is not so."""
    from audit_app.packs.verify import lines
    from audit_app.packs.verify import verify as check

    verdict = check(pack, checkpoint=None if kept is None else read_note(kept))
    if settings_of(context).json:
        print_json(verdict_json(verdict))
    else:
        typer.echo("\n".join(lines(verdict)))
    if not verdict.ok:
        raise typer.Exit(1)


def read_note(path: Path) -> str:
    """A checkpoint's text. Raises BadInput when it cannot be read."""
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"the checkpoint {path} cannot be read: {error}", next_move="name another file"
        ) from error
