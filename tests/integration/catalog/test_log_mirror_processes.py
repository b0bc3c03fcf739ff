"""Processes that mirror one log, killed at any moment or at the same time: every entry is carried once."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakehouse.mirror import DeltaMirror
from lineage.mirrored import ENTRIES
from tests.support.record import take_notes

ROOT = Path(__file__).parents[3]

CARRIER = """
import sys
from datetime import date
from pathlib import Path
import catalog.mirror
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakehouse.mirror import DeltaMirror
catalog.mirror._PORTION = 7
with Catalog.open(Path(sys.argv[1])) as opened:
    print("ready", flush=True)
    sys.stdin.readline()
    mirror = DeltaMirror(Lake(Path(sys.argv[1]) / "lake"), on=date(2026, 1, 1))
    print(opened.mirroring(mirror).catch_up(), flush=True)
"""


def carrier(home: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", CARRIER, str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(*processes: "subprocess.Popen[str]") -> None:
    """Let all of them carry, once each has opened the record."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()


def ended(*processes: "subprocess.Popen[str]") -> list[int]:
    """What each leaves with, once it has said how much it carried."""
    for process in processes:
        assert process.stdout is not None
        process.stdout.read()
    return [process.wait() for process in processes]


def seqs_in(home: Path) -> list[int]:
    lake = Lake(home / "lake")
    rows = lake.read(lake.newest(ENTRIES), columns=["seq"])
    return sorted(rows["seq"].to_pylist())


def test_a_killed_carrier_doubles_nothing(tmp_path: Path) -> None:
    """kill -9 amid carrying, again and again: every entry once, and the commits make one gapless range."""
    with Catalog.open(tmp_path) as catalog:
        take_notes(catalog, 0, 60)
        size = catalog.log.size
    log = tmp_path / "lake" / "record" / "entries" / "_delta_log"
    for commits in (2, 4):
        with carrier(tmp_path) as process:
            begin(process)
            while process.poll() is None and len(list(log.glob("*.json"))) < commits:
                pass
            process.send_signal(signal.SIGKILL)
    with carrier(tmp_path) as last:
        begin(last)
        assert ended(last) == [0]
    assert seqs_in(tmp_path) == list(range(size))
    with Catalog.open(tmp_path) as catalog:
        claimed = [commit.claimed for commit in Lake(tmp_path / "lake").history(ENTRIES)]
        assert set(
            catalog.mirroring(DeltaMirror(Lake(tmp_path / "lake"), on=date(2026, 1, 1))).unexplained(claimed)
        ) == {None}


def test_two_carriers_at_once_carry_each_entry_once(tmp_path: Path) -> None:
    """Two processes that mirror the same log at the same time do not double a row."""
    with Catalog.open(tmp_path) as catalog:
        take_notes(catalog, 0, 40)
        size = catalog.log.size
    with carrier(tmp_path) as one, carrier(tmp_path) as two:
        begin(one, two)
        assert ended(one, two) == [0, 0]
    assert seqs_in(tmp_path) == list(range(size))
