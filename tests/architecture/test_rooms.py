"""Names on the import path mean what we think they mean, and starting the command line stays cheap."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from .source import ROOMS, ROOT

HEAVY = frozenset(
    "pyspark delta deltalake pyarrow pandas dbt kfp datahub streamlit mlflow sklearn skops fairlearn "
    "sqlalchemy alembic fastapi uvicorn".split()
)


def python(code: str, cwd: Path) -> str:
    """Run code in an interpreter of its own that sees only what is installed, not the folder it stands in."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_room_is_ours(tmp_path: Path) -> None:
    """Wherever the program is started from, a room's name imports the folder in this repository."""
    code = (
        "import importlib.util, json\n"
        f"found = {{name: importlib.util.find_spec(name) for name in {ROOMS!r}}}\n"
        "print(json.dumps({name: spec and spec.origin for name, spec in found.items()}))"
    )
    assert json.loads(python(code, tmp_path)) == {name: str(ROOT / name / "__init__.py") for name in ROOMS}


def test_no_other_distribution_provides_a_name_of_ours() -> None:
    """Two distributions with one package name overwrite each other's files, silently."""
    provided = packages_distributions()
    assert {
        name: provided[name] for name in (*ROOMS, "tests") if set(provided.get(name, ())) - {"lakeproof"}
    } == {}


def test_nothing_beside_the_pages_bears_the_name_of_a_room() -> None:
    """Streamlit puts its script's folder first on the import path, where such a name would hide the room."""
    assert {path.stem for path in (ROOT / "audit_app").iterdir()} & set(ROOMS) == set()


def test_dbt_keeps_its_tests_and_targets_out_of_the_packages() -> None:
    """dbt's default folders would be importable, or ship, if they lay inside a room."""
    assert [
        path for room in ROOMS for name in ("target", "dbt_packages") for path in (ROOT / room).rglob(name)
    ] == []


@pytest.mark.parametrize("arguments", [["--help"], ["ingest", "--help"]], ids=" ".join)
def test_help_needs_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    """Asking for help starts at once: the work itself imports engines, frameworks, databases."""
    code = (
        "import contextlib, io, sys\n"
        "from lakeproof.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as shown:\n"
        f"    main({arguments!r})\n"
        "assert 'Usage' in shown.getvalue()\n"
        "print(*sys.modules)"
    )
    assert {name.split(".")[0] for name in python(code, tmp_path).split()} & HEAVY == set()
