"""A backfill killed while it builds is taken up again, once; a plan that the world has outrun is refused."""

import csv
from pathlib import Path

import pytest

from tests.e2e.conftest import CopyOfHome
from tests.support.command_line import ROOT, Said, lakeproof, lakeproof_process
from tests.support.sessions import kill_and_wait, started, wait_for_file

CONTRACT = str(ROOT / "ingestion" / "contracts" / "loan_applications.odcs.yaml")
LOANS = "bronze.loan_applications"
FIRST_BUILT = "silver.loan_applications"
BUILT = (FIRST_BUILT, "gold.loan_features")
APPLY_SECONDS = 300


def corrected(home: Path, month: str) -> None:
    """Load a month again with one loan of another size, as a late correction."""
    delivered = home / "landing" / f"loan_applications_{month}.csv"
    with delivered.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[0]["loanamt"] = str(int(float(rows[0]["loanamt"])) + 1)
    late = home / "landing" / "corrections" / f"loan_applications_{month}_correction.csv"
    with late.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    said = lakeproof_process(home, "ingest", CONTRACT, str(late), "--correction", "one loan was mistyped")
    assert said.code == 0, said.err


def planned(home: Path, month: str) -> str:
    where = ("--where", f"drop_month = '{month}'")
    said = lakeproof(home, "backfill", "plan", "--table", LOANS, *where, "--because", "mistyped", "--json")
    assert said.code == 0, said.err
    return str(said.json["id"])


def versions(home: Path, table: str) -> list[int]:
    said = lakeproof(home, "history", table, "--json")
    return [commit["version"] for commit in said.json]


def applied(home: Path, plan: str) -> Said:
    return lakeproof_process(home, "backfill", "apply", plan, "--json", timeout=APPLY_SECONDS)


@pytest.mark.spark
@pytest.mark.timeout(900)
def test_a_killed_backfill_is_taken_up_again(copy_of_home: CopyOfHome) -> None:
    """After kill -9 in the midst, the same plan ends with one new version a table, all explained; others are stale."""
    home = copy_of_home()
    corrected(home, "2025-05")
    plan, outrun = planned(home, "2025-05"), planned(home, "2025-04")
    before = {table: versions(home, table) for table in BUILT}
    log = home / "lake" / FIRST_BUILT.replace(".", "/") / "_delta_log"
    with started(home, "backfill", "apply", plan) as killed:
        wait_for_file(killed, log / f"{max(before[FIRST_BUILT]) + 1:020}.json")
        kill_and_wait(killed)

    said = applied(home, plan)

    assert said.code == 0, said.err
    assert not said.json["already"]
    assert {table: len(versions(home, table)) - len(before[table]) for table in BUILT} == dict.fromkeys(
        BUILT, 1
    )
    assert lakeproof(home, "reconcile").code == 0
    assert applied(home, plan).json["already"]
    refused = applied(home, outrun)
    assert refused.code == 1
    assert "is stale" in refused.err
    assert "plan again" in refused.err
