"""`ingest`, `transform`, `train`: the work that fills the lake and the registry."""

from pathlib import Path
from typing import Annotated

import typer

from lakeproof.commands.context import settings_of, workspace_of
from lakeproof.render import print_json
from lineage.canonical import Json
from lineage.errors import BadInput, LakeproofError

At = Annotated[list[str] | None, typer.Option("--at", help="Read this table version, as schema.table@7.")]


def add_to(app: typer.Typer) -> None:
    app.command()(ingest)
    app.command()(transform)
    app.command()(train)


def ingest(
    context: typer.Context,
    contract: Path,
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE...")],
    correction: Annotated[str | None, typer.Option(help="Why loaded data is replaced by SOURCE.")] = None,
) -> None:
    """Load files under a data contract. Idempotent; quarantines what the contract refuses."""
    from lakeproof.operations import work

    refused: list[LakeproofError] = []
    with workspace_of(context) as workspace:
        for source in sources:
            try:
                outcome = work.ingest(workspace, contract, source, correction=correction)
            except LakeproofError as error:
                typer.echo(f"lakeproof: {error}", err=True)
                refused.append(error)
                continue
            _show(context, outcome.to_json(), str(outcome))
    if refused:
        raise typer.Exit(max(error.exit_code for error in refused))


def transform(
    context: typer.Context,
    project_dir: Annotated[Path | None, typer.Option(help="A dbt project; ours when left out.")] = None,
    select: Annotated[str, typer.Option(help="dbt's selection; everything when left out.")] = "",
    at: At = None,
) -> None:
    """Run dbt, lineage included."""
    from lakeproof.operations import work
    from lineage.names import TableVersion
    from transformations.request import OURS, TransformRequest

    versions = tuple(TableVersion.parse(text) for text in at or ())
    with workspace_of(context) as workspace:
        outcome = work.transform(
            workspace, TransformRequest(project=project_dir or OURS, select=select, at=versions)
        )
        _show(context, outcome.to_json(), str(outcome))
        if not outcome.ok:
            raise typer.Exit(1)


def train(
    context: typer.Context,
    pipeline: str,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="K=V", help="A setting.")] = None,
    at: At = None,
) -> None:
    """Run a training pipeline; what passes the gate is registered and its data pinned."""
    from lakeproof.operations import work
    from lineage.names import TableVersion

    versions = tuple(TableVersion.parse(text) for text in at or ())
    with workspace_of(context) as workspace:
        outcome = work.train(workspace, pipeline, key_values(settings or ()), versions)
        _show(context, outcome.to_json(), str(outcome))


def key_values(texts: "list[str] | tuple[str, ...]") -> dict[str, str]:
    """`k=v` texts as a mapping. Raises BadInput."""
    pairs = [text.partition("=") for text in texts]
    wrong = [key for key, equals, _ in pairs if not equals or not key]
    if wrong:
        raise BadInput(f"--set {', '.join(wrong)} has no value", next_move="write --set key=value")
    return {key: value for key, _, value in pairs}


def _show(context: typer.Context, value: Json, text: str) -> None:
    if settings_of(context).json:
        print_json(value)
    else:
        typer.echo(text)
