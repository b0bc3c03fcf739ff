"""Write an evidence pack on behalf of an actor."""

from collections.abc import Mapping
from pathlib import Path

from audit_app.packs.export import Exported, export
from lakeproof.workspace import Workspace
from lineage.times import Instants


def report(
    workspace: Workspace,
    name: str,
    parameters: Mapping[str, str],
    *,
    output: Path,
    at: Instants | None = None,
) -> Exported:
    """Answer report `name` and write its pack to output, its receipt beside it; see `audit_app.packs.export`."""
    return export(
        workspace.sources,
        name,
        parameters,
        at=at or workspace.catalog.log.resolve(),
        output=output,
        actor=workspace.actor,
    )
