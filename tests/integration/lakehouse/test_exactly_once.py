"""Exactly once, with real processes and threads on one table, and with a process that is killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from lakehouse.lake import Lake
from lakehouse.writes import append, replace_slice, written_by
from lineage.names import TableVersion
from tests.support.lakes import LOANS, binding, lake_of_loans, loans, run_id

ROOT = Path(__file__).parents[3]

WRITER = """
import sys
from collections.abc import Callable
from pathlib import Path
from lakehouse.lake import Lake
from lakehouse.writes import append
from tests.support.lakes import LOANS, binding, loans
lake = Lake(Path(sys.argv[1]))
for number in range(1, 13):
    append(lake, LOANS, loans(f"2024-{number:02}"), binding=binding(number), once=("load", number))
    print(number, flush=True)
"""


def writer(lake: Lake) -> "subprocess.Popen[str]":
    """A process that appends twelve numbered months and prints each number once it is committed."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(lake.root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def whole_year(lake: Lake) -> bool:
    ids = sorted(lake.read(lake.newest(LOANS), columns=["id"])["id"].to_pylist())
    return ids == [f"A-2024-{number:02}-{n}" for number in range(1, 13) for n in range(2)]


def test_a_killed_writer_loses_and_repeats_nothing(tmp_path: Path) -> None:
    """Kill -9 between or in commits; the next start does what was left, and each run has its one commit."""
    lake = lake_of_loans(tmp_path)
    for _ in range(3):
        process = writer(lake)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    with writer(lake) as process:
        process.communicate()
    assert process.returncode == 0
    assert whole_year(lake)
    assert [len(written_by(lake, LOANS, run_id(number))) for number in range(1, 13)] == [1] * 12


def test_two_processes_with_the_same_work_do_it_once(tmp_path: Path) -> None:
    """The same numbered loads started twice at the same time."""
    lake = lake_of_loans(tmp_path)
    with writer(lake) as one, writer(lake) as two:
        one.communicate()
        two.communicate()
    assert (one.returncode, two.returncode) == (0, 0)
    assert whole_year(lake)


def test_threads_racing_with_one_number_commit_once(tmp_path: Path) -> None:
    """Of many writers with the same number one gets a version, the others are told it was done."""
    lake = lake_of_loans(tmp_path)
    results: list[TableVersion | None] = []
    barrier = threading.Barrier(6)

    def write() -> None:
        barrier.wait()
        results.append(append(lake, LOANS, loans("2024-01"), binding=binding(1), once=("load", 1)))

    _all(write, 6)
    assert sorted(results, key=bool) == [None] * 5 + [TableVersion(table=LOANS, version=1)]
    assert lake.read(lake.newest(LOANS)).num_rows == 2


def test_each_writer_is_told_its_own_version(tmp_path: Path) -> None:
    """Appends at the same time all land; the version returned is the commit that carries the binding."""
    lake = lake_of_loans(tmp_path)
    told: dict[int, TableVersion | None] = {}
    numbers = iter(range(1, 7))

    def write() -> None:
        number = next(numbers)
        told[number] = append(lake, LOANS, loans(f"2024-0{number}"), binding=binding(number))

    _all(write, 6)
    assert {number: written_by(lake, LOANS, run_id(number)) for number in told} == {
        number: (version,) for number, version in told.items()
    }
    assert lake.read(lake.newest(LOANS)).num_rows == 12


def test_replacements_of_one_slice_do_not_mix(tmp_path: Path) -> None:
    """Writers replacing the same slice at once: each version holds one writer's rows, whole."""
    lake = lake_of_loans(tmp_path)
    sizes = iter(range(1, 6))

    def write() -> None:
        replace_slice(
            lake, LOANS, loans("2024-01", next(sizes)), where="month = '2024-01'", binding=binding(1)
        )

    _all(write, 5)
    rows = [
        lake.read(TableVersion(table=LOANS, version=version)).num_rows
        for version in range(1, lake.newest(LOANS).version + 1)
    ]
    assert sorted(rows) == [1, 2, 3, 4, 5]


def _all(target: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=target) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
