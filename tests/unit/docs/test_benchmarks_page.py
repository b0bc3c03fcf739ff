"""The page of measurements says what the results say, and what was not measured; one failure hides nothing else."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.__main__ import LARGE, PAGE, USUAL, Group, measure
from benchmarks.results import RESULTS, Json, conditions, keep, read
from benchmarks.table import render
from benchmarks.targets import TARGETS, Target

TAKEN: Json = {
    "at": "2026-01-02T03:04:05+00:00",
    "commit": "abc",
    "machine": {"processor": "Abacus", "cores": 2, "memory_gib": 24.0, "python": "3.11.7"},
    "load_average": [0.1, 0.2, 0.3],
    "busy": 0.02,
}
SCORING: Json = {
    "answers": {
        load: {
            mode: {
                "per_second": 300.0,
                "p50_ms": 4.0,
                "p95_ms": p95,
                "p99_ms": 30.0,
                "processor_ms_per_request": 2.0,
            }
            for mode, p95 in (("durable", 15.0), ("unlogged", 10.0))
        }
        for load in ("300_per_second", "closed_loop_16_clients")
    },
    "p95_durable_to_unlogged": {"300_per_second": 1.5},
    "rounds": 7,
    "seconds": 2.0,
}


def test_the_page_is_made_of_the_results() -> None:
    """Whoever measures again writes the page again: `python -m benchmarks --page` does no more than that."""
    assert PAGE.read_text(encoding="utf-8") == render(read(RESULTS))


def test_what_was_not_measured_is_said() -> None:
    """Every target has its row, before there is any result."""
    rows = [line for line in render({}).splitlines() if "not measured yet" in line]
    assert len(rows) == len(TARGETS)


def test_a_figure_stands_beside_its_floor_and_what_was_wanted() -> None:
    """Figure, floor, ratio, and whether it is what we want."""
    page = render({"scoring": {"taken": TAKEN, "found": SCORING}})
    assert (
        "| scoring, made durable, at 300 requests/s | ≤ 100 | 15 ms at p95 | yes | 10 | 1.50 |  |  |" in page
    )
    assert "| … against the same without logging | ≤ 1.25 | 1.5 × | **no** |  |  |  |  |" in page
    assert "Taken 2026-01-02T03:04:05+00:00 at abc on 2 × Abacus, 24.0 GiB" in page
    assert "was not quiet" not in page


def test_a_busy_machine_is_told() -> None:
    """Figures that were taken while something else ran say so."""
    page = render({"scoring": {"taken": {**TAKEN, "busy": 0.6}, "found": SCORING}})
    assert (
        "load average 0.1 at the start, 60 % busy with something else. **The machine was not quiet.**" in page
    )


def test_a_target_is_met_on_its_own_side() -> None:
    """At least, at most, or nothing wanted."""
    anything = Target(what="w", result="r", figure=(), unit="u")
    least, most = replace(anything, least=2), replace(anything, most=2)
    assert least.met(2) and not least.met(1.9)
    assert most.met(2) and not most.met(2.1)
    assert anything.met(0)


def test_each_target_is_measured_by_something() -> None:
    """No row waits for a result that neither `make bench` nor `make bench-large` leaves."""
    names = {"scoring", "pages"}
    for group in (*USUAL, *LARGE):
        for each in group.measurements:
            module, *words = each.split()
            numbers = [word for before, word in pairwise(words) if before in _SIZES]
            names |= {f"{module}-{number}{'-postgresql' * group.postgres}" for number in numbers}
    assert {target.result for target in TARGETS} | {t.over for t in TARGETS if t.over} <= names


_SIZES = {"--jobs", "--before", "--entries"}


def test_a_failure_hides_nothing_else(tmp_path: Path) -> None:
    """What fails or does not end is named; what comes after it is still measured."""
    groups = (
        Group(measurements=("absent", "targets")),
        Group(measurements=("targets",), minutes=0),
        Group(measurements=("targets",)),
    )
    assert measure(groups, tmp_path, patience=0) == [
        "absent: ended with 1",
        "targets: not done after 0 minutes",
    ]


def test_a_result_tells_where_and_when_it_was_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Date, commit, machine and load average go with the figures; others' results stay."""
    taken = conditions()
    keep(tmp_path, "one", {"x": 1}, taken)
    keep(tmp_path, "two", {"x": 2}, taken)
    assert {name: each["found"]["x"] for name, each in read(tmp_path).items()} == {"one": 1, "two": 2}
    assert read(tmp_path)["one"]["taken"] == taken
    assert {"at", "commit", "machine", "load_average", "busy"} == set(taken)
    assert '"x": 2' in capsys.readouterr().out
