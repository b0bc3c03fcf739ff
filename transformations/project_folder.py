"""A dbt project made ready to run: its files linked into a scratch folder, our macros beside them.

The project itself is never written to. `prepared` is pure; `lay_out` makes the folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from transformations.errors import BadProject

MACROS = Path(__file__).parent / "macros"
_OUR_MACROS = "lakeproof_macros"
_OWN = {"dbt_project.yml", "profiles.yml", "target", "logs", ".git", ".venv", _OUR_MACROS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where dbt finds the project (`project`), and where it may write."""

    root: Path
    name: str

    @property
    def project(self) -> Path:
        return self.root / "project"

    def arguments(self) -> list[str]:
        """dbt's options for folders, quietness and one thread."""
        return [
            *("--project-dir", str(self.project), "--profiles-dir", str(self.root), "--profile", "lakeproof"),
            *("--target-path", str(self.root / "target"), "--log-path", str(self.root / "logs")),
            *("--threads", "1", "--log-level", "none", "--log-level-file", "none", "--no-use-colors"),
            *("--no-send-anonymous-usage-stats", "--no-version-check", "--no-partial-parse", "--no-print"),
            *("--no-write-json", "--cache-selected-only"),
        ]


def check_project(project: Path) -> None:
    """Raise BadProject unless project is a folder with a readable dbt_project.yml."""
    _read(project / "dbt_project.yml")


def lay_out(project: Path, root: Path) -> Folder:
    """Link the project into root. Raises BadProject unless it is a dbt project."""
    settings = prepared(_read(project / "dbt_project.yml"))
    folder = Folder(root=root, name=settings["name"])
    folder.project.mkdir(parents=True)
    for entry in sorted(project.absolute().iterdir()):
        if entry.name not in _OWN:
            (folder.project / entry.name).symlink_to(entry)
    (folder.project / _OUR_MACROS).symlink_to(MACROS)
    (folder.project / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (root / "profiles.yml").write_text(yaml.safe_dump(profile(folder.name)), encoding="utf-8")
    return folder


def prepared(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The project's settings with our macros, and Delta as the format where the project names none."""
    made = {**settings, "profile": "lakeproof"}
    made["macro-paths"] = [*(settings.get("macro-paths") or ["macros"]), _OUR_MACROS]
    for kind in ("models", "seeds", "snapshots"):
        given = dict(settings.get(kind) or {})
        if not given.keys() & {"file_format", "+file_format"}:
            given["+file_format"] = "delta"
        made[kind] = given
    made.pop("target-path", None)
    made.pop("log-path", None)
    return made


def profile(schema: str) -> dict[str, Any]:
    """A profile for the Spark session of this process. Models that name no schema go to `schema`."""
    output = {"type": "spark", "method": "session", "host": "NA", "schema": schema, "threads": 1}
    return {"lakeproof": {"target": "lake", "outputs": {"lake": output}}}


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadProject(
            f"there is no dbt project in {path.parent} (no readable {path.name})",
            next_move="give the folder that holds dbt_project.yml by --project-dir",
        ) from error
    except yaml.YAMLError as error:
        raise BadProject(f"{path} is not YAML: {error}", next_move="correct it") from error
    if not isinstance(settings, dict) or not isinstance(settings.get("name"), str):
        raise BadProject(f"{path} does not name its project", next_move="add `name: my_project`")
    return settings
