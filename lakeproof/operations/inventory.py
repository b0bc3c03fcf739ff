"""What the registry holds: versions with their people and service, cards, and what differs between two."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog.catalog import Catalog
from lakeproof.registry import approvals, find_registered, registered
from lakeproof.workspace import Workspace
from lineage.canonical import Json
from lineage.errors import Fault
from lineage.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of `models list`. None: nobody has, or it never was."""

    model: str
    digest: str
    trained_by: str
    approved_by: str | None
    deployed_as: str | None

    def to_json(self) -> dict[str, Json]:
        return asdict(self)


def inventory(catalog: Catalog) -> tuple[Listed, ...]:
    """Every registered version, oldest first."""
    approved = {(each.model, each.digest): each.approver for each in approvals(catalog)}
    deployed = {
        entry.body()["model"]: entry.body()["deployment"] for entry in catalog.log.entries(kind="deployment")
    }
    return tuple(
        Listed(
            model=str(each.model),
            digest=each.digest[:12],
            trained_by=str(each.trainer),
            approved_by=approved.get((each.model, each.digest)),
            deployed_as=deployed.get(str(each.model)),
        )
        for each in registered(catalog)
    )


def card(workspace: Workspace, model: ModelVersion, *, as_json: bool) -> str:
    """The model card as Markdown or JSON. Raises NotFound, Fault when the file is gone."""
    folder = workspace.home.models / find_registered(workspace.catalog, model).digest
    path = folder / f"{model.name}-{model.version}.{'json' if as_json else 'md'}"
    try:
        return path.read_text()
    except OSError as error:
        raise Fault(
            f"the card of {model} cannot be read: {error}", next_move="restore the home's models/"
        ) from error


def compare(workspace: Workspace, a: ModelVersion, b: ModelVersion) -> list[dict[str, Json]]:
    """Where the cards of two versions differ: rows of path, a, b."""
    left, right = (dict(_leaves(json.loads(card(workspace, each, as_json=True)))) for each in (a, b))
    return [
        {"what": path, str(a): _shown(left.get(path)), str(b): _shown(right.get(path))}
        for path in sorted(left.keys() | right.keys())
        if left.get(path) != right.get(path)
    ]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(child, (Mapping, list)) for child in value):
        for index, child in enumerate(value):
            yield from _leaves(child, f"{path}[{index}]")
    else:
        yield path, value


def _shown(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
