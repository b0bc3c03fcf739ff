"""kill -9 of the service, again and again, while producers send: what was acknowledged is there, once, and proven."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

from catalog.catalog import Catalog
from lineage.certainty import Verified
from tests.support import record_process
from tests.support.effort import examples
from tests.support.record import event

ROOT = Path(__file__).parents[3]
PRODUCERS = 8


@dataclass(slots=True)
class Producer:
    """Numbers its events, and sends one again until it is acknowledged."""

    stream: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    unanswered: bytes | None = None
    acknowledged: dict[int, bytes] = field(default_factory=dict)

    def feed(self, address: str, enough: threading.Event, most: int) -> None:
        """Send until the service is gone; `enough` is set once most events of this life are acknowledged."""
        connection = HTTPConnection(address, timeout=60)
        before = len(self.acknowledged)
        try:
            while True:
                self.unanswered = self.unanswered or self._next()
                connection.request("POST", "/api/v1/lineage", self.unanswered)
                answer = connection.getresponse()
                assert answer.status == 201, answer.read()
                self.acknowledged[json.loads(answer.read())["seq"]] = self.unanswered
                self.unanswered = None
                if len(self.acknowledged) - before >= most:
                    enough.set()
        except (OSError, HTTPException):
            enough.set()
        finally:
            connection.close()

    def _next(self) -> bytes:
        number = next(self.numbers)
        return event(number, stream=self.stream, job={"namespace": self.stream, "name": f"j{number % 7}"})


def life(home: Path, producers: list[Producer], most: int) -> None:
    """Start the service, let the producers send, and kill it in the middle of that."""
    served = subprocess.Popen(
        [sys.executable, "-m", record_process.__name__, str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with served:
        assert served.stdout is not None
        address = served.stdout.readline().strip()
        enough = threading.Event()
        threads = [threading.Thread(target=each.feed, args=(address, enough, most)) for each in producers]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        os.kill(served.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()


def check(home: Path, producers: list[Producer]) -> None:
    """Every acknowledgement holds: these bytes, at this place, in a log that verifies, and in the graph."""
    with Catalog.open(home) as catalog:
        assert isinstance(catalog.log.verify(), Verified)
        entries = catalog.log.entries("openlineage")
        logged = {entry.seq: entry.payload for entry in entries}
        assert len(set(logged.values())) == len(logged)
        for producer in producers:
            assert producer.acknowledged.items() <= logged.items()
        assert catalog.intake.gaps() == ()
        runs = {str(run.id) for run in catalog.graph.runs(at=catalog.log.resolve())}
        assert runs == {json.loads(body)["run"]["runId"] for body in logged.values()}


def test_no_acknowledged_event_is_lost_by_kills(tmp_path: Path) -> None:
    """Ten lives of the service (a hundred in `make soak`), each ended at another moment of its work."""
    producers = [Producer(f"urn:test:{number}") for number in range(PRODUCERS)]
    chance = random.Random(7)
    for _ in range(examples(10)):
        life(tmp_path, producers, most=chance.randint(1, 25))
        check(tmp_path, producers)
    with Catalog.open(tmp_path) as catalog:
        before = list(catalog.export())
        catalog.rebuild()
        assert list(catalog.export()) == before
    assert all(producer.acknowledged for producer in producers)
