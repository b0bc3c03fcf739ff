"""Delta's own logs, read as JSON and with no library of anybody's."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a commit says about itself in userMetadata, and the data files it added (relative to the table)."""

    run: str
    job: str
    actor: str
    code: str
    added: tuple[str, ...]


def commit(home: Path, version: str) -> Bound:
    """The commit that made `schema.table@7`. Fails where the version has no file."""
    table, _, number = version.partition("@")
    path = folder(home, table) / "_delta_log" / f"{int(number):020}.json"
    actions: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
    (info,) = [action["commitInfo"] for action in actions if "commitInfo" in action]
    bound = json.loads(info["userMetadata"])
    return Bound(
        run=bound["run"],
        job=bound["job"].rpartition("/")[2],
        actor=bound["actor"],
        code=bound["code"],
        added=tuple(action["add"]["path"] for action in actions if "add" in action),
    )


def folder(home: Path, table: str) -> Path:
    """Where a table lies."""
    return home / "lake" / Path(*table.split("."))


def versions(home: Path, table: str) -> list[int]:
    """The versions a table's log has files for, ascending."""
    return sorted(int(path.stem) for path in (folder(home, table) / "_delta_log").glob("0*.json"))
