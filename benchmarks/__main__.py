"""Measure everything, then write the page: `python -m benchmarks [--large | --small] [--page]`. Wants a quiet machine.

Each measurement is a process of its own that leaves JSON in `benchmarks/results/`; `docs/benchmarks.md` is made of it.
One that fails, or does not end in its time, is named at the end; what the others found is kept, and so is what it
found itself before. `--large` adds its sizes to the usual results. `--small` only shows that everything runs: its
figures mean nothing, and are kept nowhere.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.postgres import database
from benchmarks.results import QUIET, RESULTS, busy, read
from benchmarks.table import render

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
_PATIENCE = 60  # seconds that a measurement waits for the machine to be quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Measurements that share a home, and a new PostgreSQL database where `postgres`. `minutes`: each one's limit."""

    measurements: tuple[str, ...]
    postgres: bool = False
    minutes: float = 15


def graph(jobs: int, *, events: int = 4000, questions: int = 60, **how: float) -> Group:
    """Lineage out of a graph of so many jobs, then events into the same record."""
    measurements = (
        f"lineage --jobs {jobs} --questions {questions}",
        f"intake --events {events} --before {jobs}",
    )
    return Group(
        measurements=measurements, postgres=bool(how.get("postgres")), minutes=how.get("minutes", 15)
    )


USUAL = (
    graph(1_000),
    graph(10_000),
    graph(10_000, postgres=True),
    graph(100_000),
    Group(measurements=("verification --entries 1000000",)),
    Group(measurements=("scoring",)),
    Group(measurements=("pages",)),
)
LARGE = (graph(1_000_000, minutes=240),)
SMALL = (
    graph(200, events=80, questions=4),
    graph(300, events=80, questions=4, postgres=True),
    Group(measurements=("verification --entries 9000",)),
    Group(measurements=("scoring --seconds 0.5 --rounds 2",)),
    Group(measurements=("pages --loads 1 --little",)),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="the sizes that take hours")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that everything runs")
    parser.add_argument("--page", action="store_true", help="only write the page again")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the measurement under way ends too
    if options.small:
        with tempfile.TemporaryDirectory() as folder:
            failed = measure(SMALL, Path(folder), patience=0)
            print(render(read(Path(folder))))
        return _said(failed)
    failed = [] if options.page else measure(LARGE if options.large else USUAL, RESULTS, patience=_PATIENCE)
    PAGE.write_text(render(read(RESULTS)), encoding="utf-8")
    return _said(failed)


def measure(groups: Sequence[Group], results: Path, *, patience: float) -> list[str]:
    """One after another; those that failed, with why."""
    failed = []
    for group in groups:
        try:
            with (
                tempfile.TemporaryDirectory(prefix="lakeproof-benchmark-") as home,
                database() if group.postgres else nullcontext() as address,
            ):
                environment = {**os.environ, "PYTHONPATH": str(ROOT), "LAKEPROOF_DATABASE": address or ""}
                for each in group.measurements:
                    _await_quiet(patience)
                    said = _run(each, ["--home", home, "--results", str(results)], environment, group.minutes)
                    failed += [f"{each}: {said}"] if said else []
        except (OSError, AssertionError) as error:
            failed.append(f"{', '.join(group.measurements)}: {error}")
    return failed


def _run(measurement: str, more: Sequence[str], environment: dict[str, str], minutes: float) -> str:
    """Why it failed; empty when it did not."""
    module, *arguments = measurement.split()
    print(f"benchmarks.{measurement}", flush=True)
    start = time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments, *more]
    # In a session of its own, so that its services end with it.
    with subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True) as process:
        try:
            code = process.wait(timeout=60 * minutes)
        except subprocess.TimeoutExpired:
            return f"not done after {minutes:g} minutes"
        finally:
            _end(process)
    print(f"benchmarks.{module}: {time.monotonic() - start:.0f} s", flush=True)
    return f"ended with {code}" if code else ""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End what a measurement started, itself included."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _await_quiet(patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end and busy() >= QUIET:
        pass


def _said(failed: Sequence[str]) -> int:
    for each in failed:
        print(f"benchmarks: failed: {each}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
