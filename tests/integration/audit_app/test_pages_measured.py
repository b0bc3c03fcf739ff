"""Claims about how pages are measured: each load is a question of its own, and children's work counts."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.pages import _used, at, places

BUSY = "import time\nwhile time.process_time() < 0.5: pass\n"
SERVER = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BUSY!r}], check=True)
living = subprocess.Popen(
    [sys.executable, "-c", {BUSY + "print(flush=True); import sys; sys.stdin.read()"!r}],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
living.stdout.readline()
print("busy", flush=True)
sys.stdin.read()
living.communicate()
"""


def test_each_load_asks_about_a_moment_of_its_own() -> None:
    """So that no page shows an answer that an earlier load left behind; both times are spelt out."""
    first = datetime(2026, 1, 5, tzinfo=UTC)
    for name, place in places("an id").items():
        addresses = [at(place, first + timedelta(microseconds=number)).address for number in range(3)]
        asked = [parse_qs(urlsplit(address).query) for address in addresses]
        assert len({each["as_of"][0] for each in asked}) == 3, name
        assert all(each["as_of"] == each["known_at"] for each in asked)
        assert all(address.startswith(place.address) for address in addresses)


@pytest.mark.parametrize("whose", ["server", "browser"])
def test_children_count_that_ended_and_that_live(whose: str) -> None:
    """A server that lets others verify its log is charged for their work; so is a browser for its tabs'."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "busy\n"
        if whose == "server":
            seconds, rest = _used(process.pid, set())
            assert rest < _used(-1, set())[1]
        else:
            seconds = _used(-1, set())[1] - _used(-1, {process.pid})[1]
        assert seconds >= 1.0
        process.communicate()
