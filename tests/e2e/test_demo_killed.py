"""The demo killed in a step: the next start in the same home says what it cleaned, and goes on from the beginning."""

from pathlib import Path

import pytest

from tests.support.sessions import kill_and_wait, read_until, started

# A line that only this step says while it works, or its heading: then it has begun.
IN_STEP = {"Ingest": "sent again corrected", "Transform": "2. Transform"}


@pytest.mark.spark
@pytest.mark.parametrize("step", IN_STEP)
def test_a_killed_demo_starts_again(tmp_path: Path, step: str) -> None:
    """After kill -9 in a step nothing of it runs on; the next start cleans, says so, and gets past step 1."""
    home = tmp_path / "home"
    with started(home, "demo", "--no-serve") as first:
        read_until(first, IN_STEP[step])
        kill_and_wait(first)
    with started(home, "demo", "--no-serve") as second:
        said = read_until(second, "2. Transform")
    assert f"cleaned: {home} held an interrupted demo" in said
    assert "24 drops: 1946 applications loaded, 43 rows in quarantine" in said
