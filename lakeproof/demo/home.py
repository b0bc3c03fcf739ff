"""The demo's home: kept when it is finished, made anew when it was interrupted, never taken from a user's data."""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lakeproof.home import Home
from lineage.canonical import Json
from lineage.errors import Refused

_STATE = "demo.json"
_LOCK = "demo.lock"


def finished(home: Home) -> Mapping[str, Json] | None:
    """What the finished demo in home made, or None when there is none."""
    path = home.root / _STATE
    if not path.exists():
        return None
    state = json.loads(path.read_text())
    return state["outcome"] if state.get("finished") else None


@contextmanager
def telling(home: Home) -> Iterator[bool]:
    """Hold home for one telling of the demo, empty. True when an interrupted one was cleaned away.

    Raises Refused when home holds something else, or another demo is running in it.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    strange = [each for each in home.root.iterdir() if each.name not in {_STATE, _LOCK}]
    interrupted = (home.root / _STATE).exists()
    if strange and not interrupted:
        raise Refused(
            f"{home.root} holds data that is not the demo's",
            next_move="name another home: lakeproof demo --home DIR",
        )
    with (home.root / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                f"another demo is running in {home.root}",
                next_move="wait for it, or name another with --home",
            ) from error
        for each in strange:
            _remove(each)
        (home.root / _STATE).write_text(json.dumps({"finished": False}))
        yield bool(strange)


def finish(home: Home, outcome: Mapping[str, Json]) -> None:
    """Mark the demo in home as finished, atomically and last."""
    partial = home.root / f"{_STATE}.partial"
    partial.write_text(json.dumps({"finished": True, "outcome": dict(outcome)}))
    partial.replace(home.root / _STATE)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
