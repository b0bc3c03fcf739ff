"""The demo's home: kept when it is finished, made anew when it was interrupted, never taken from a user's data."""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lakeproof.home import Home
from lineage.canonical import Json
from lineage.errors import Refused

_STATE = "demo.json"
_LOCK = "demo.lock"

#: Every table that the demo makes; another one in the lake is a user's.
TABLES = frozenset(
    {
        "bronze/applicants",
        "bronze/loan_applications",
        "bronze/quarantine",
        "silver/loan_applications",
        "silver/loan_outcomes",
        "silver/protected_attributes",
        "gold/loan_features",
        "serving/predictions",
    }
)


def finished(home: Home) -> Mapping[str, Json] | None:
    """What the finished demo in home made, or None when there is none."""
    state = _state(home)
    return state["outcome"] if state is not None and state.get("finished") is True else None


@contextmanager
def telling(home: Home) -> Iterator[bool]:
    """Hold home for one telling of the demo, empty. True when an earlier one was cleaned away.

    Raises Refused when home holds something else, or another demo is running in it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    strange = [each for each in home.root.iterdir() if each.name not in {_STATE, f"{_STATE}.partial", _LOCK}]
    _refuse_foreign(home, strange)
    with (home.root / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                f"another demo is running in {home.root}",
                next_move="wait for it, or name another with --home",
            ) from error
        # Before anything is removed: a home half cleaned must never count as finished.
        _keep(home, {"finished": False})
        for each in strange:
            _remove(each)
        yield bool(strange)


def finish(home: Home, outcome: Mapping[str, Json]) -> None:
    """Mark the demo in home as finished, atomically and last."""
    _keep(home, {"finished": True, "outcome": dict(outcome)})


def _refuse_foreign(home: Home, strange: list[Path]) -> None:
    found = {f"{each.parent.name}/{each.name}" for each in home.lake.glob("*/*")}
    foreign = sorted(found - TABLES)
    if foreign or (strange and not (home.root / _STATE).exists()):
        what = f" (tables {', '.join(foreign)})" if foreign else ""
        raise Refused(
            f"{home.root} holds data that is not the demo's{what}",
            next_move="name another home: lakeproof demo --home DIR",
        )


def _state(home: Home) -> dict[str, Any] | None:
    """What demo.json says; None when there is none, or when it is damaged: then the demo counts as interrupted."""
    try:
        state = json.loads((home.root / _STATE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def _keep(home: Home, state: Mapping[str, Json]) -> None:
    partial = home.root / f"{_STATE}.partial"
    partial.write_text(json.dumps(state))
    partial.replace(home.root / _STATE)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
