"""PostgreSQL's programs, for the tests that speak to it. Their absence costs those tests, not the set-up."""

from __future__ import annotations

import shutil
from pathlib import Path

from .machine import apt_install

PACKAGE = "postgresql"
# Debian keeps the server's programs off PATH, one folder a version.
VERSIONS = Path("/usr/lib/postgresql")


def ensure() -> str:
    """Find the server's programs or install them; say what follows where neither works."""
    found = programs() or (programs() if apt_install(PACKAGE) else None)
    if found is None:
        return (
            "no PostgreSQL (not found, and its package cannot be installed here: its tests will be skipped)"
        )
    return "PostgreSQL"


def programs() -> Path | None:
    """The folder of initdb and postgres: on PATH, or the newest that the distribution installed."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [each / "bin" for each in sorted(VERSIONS.glob("[0-9]*"), key=_number, reverse=True)]
    return next((each for each in folders if _complete(each)), None)


def _complete(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("initdb", "postgres"))


def _number(folder: Path) -> list[int]:
    return [int(part) for part in folder.name.split(".") if part.isdigit()]
