"""What a measurement leaves: a JSON file of its own, with when, where and of what it was taken.

`{"taken": {…}, "found": …}`. A measurement that fails leaves what was there before.
"""

import argparse
import json
import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
QUIET = 0.15  # of all cores may be busy with something else

_ROOT = Path(__file__).parents[1]
#: Written by measuring itself.
_OURS = (":!benchmarks/results", ":!docs/benchmarks.md")

Json = dict[str, Any]


def add_results_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder that gets the JSON")


def database_kind() -> str:
    """Where the record that is measured lies: in a SQLite file, unless LAKEPROOF_DATABASE names a database."""
    return "postgresql" if os.environ.get("LAKEPROOF_DATABASE") else "sqlite"


def record_name(measurement: str, jobs: int) -> str:
    """What a result is called that was measured on a record of so many jobs."""
    return f"{measurement}-{jobs}" + ("-postgresql" if database_kind() == "postgresql" else "")


def conditions() -> Json:
    """When, of which commit and on what; the share of the machine that is busy as it begins, and its load average."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": {
            "processor": _after("model name", Path("/proc/cpuinfo")) or platform.processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
            "python": platform.python_version(),
        },
        "load_average": [round(each, 2) for each in os.getloadavg()],
        "busy": round(busy(), 3),
    }


def keep(folder: Path, name: str, found: object, taken: Json) -> None:
    """Write a result, and print what was found. `taken`: the `conditions` when it began."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    draft = file.with_suffix(".partial")
    draft.write_text(json.dumps({"taken": taken, "found": found}, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)
    print(json.dumps(found, indent=2), flush=True)


def read(folder: Path) -> dict[str, Json]:
    """All results by name."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def busy(seconds: float = 1.0) -> float:
    """The share of all cores that is at work during so many seconds (Linux)."""
    before = _ticks()
    time.sleep(seconds)
    working, total = (after - one for after, one in zip(_ticks(), before, strict=True))
    return working / total if total else 0.0


def _ticks() -> tuple[int, int]:
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def _commit() -> str:
    """The commit measured, with a plus when files differ from it."""
    hash_ = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *_OURS)
    return f"{hash_}+" if changed else hash_ or "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _after(label: str, file: Path) -> str:
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(label)), "")
