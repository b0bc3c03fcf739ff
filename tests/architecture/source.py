"""The project's own source, as the architecture tests read it: parsed, never imported."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = tuple(PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])

N = TypeVar("N", bound=ast.AST)


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: where it lies, relative to the project's folder, and what it says."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def top(self) -> str:
        return self.path.parts[0]

    def nodes(self, kind: type[N]) -> Iterator[N]:
        """Every node of one kind, wherever it stands."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kind))

    def imports(self) -> Iterator[str]:
        """The full names of the modules it imports from, itself aside."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module


def files() -> list[Path]:
    """Every file of the project: what git tracks, and what it would track if it were added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return [ROOT / name for name in sorted(set(listed)) if name and (ROOT / name).is_file()]


def modules() -> list[Module]:
    """Every Python file of the project."""
    return [
        Module(path=PurePosixPath(path.relative_to(ROOT)), text=path.read_text(encoding="utf-8"))
        for path in files()
        if path.suffix == ".py"
    ]
