"""What the record's door takes: `python -m benchmarks.intake [--events N] [--before JOBS]`.

The real service on a home of its own, and in the same minute a floor: a bare server that parses, hashes and stores
the same events in SQLite, as durably, through the same line. The events are those of `lineage_grid`. One client
and eight send single events, one sends batches of 100. Processor time is the server's
own, without its aspects' process.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvicorn

from benchmarks import lineage
from benchmarks.lineage_grid import event
from benchmarks.results import add_results_option, conditions, database_kind, keep, record_name
from catalog.web.line import Line
from lakeproof.services.processes import Running, running
from tests.support.served_record import ROOT, record_served

SINGLE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`events` in all, sent by clients one after another, `at_once` in each request."""

    name: str
    clients: int
    events: int
    at_once: int = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--events", type=int, default=4000, help="of each load; a single client sends a quarter"
    )
    parser.add_argument("--home", type=Path, help="a home as `benchmarks.lineage --home` leaves it")
    parser.add_argument("--before", type=int, default=0, help="jobs in that home")
    parser.add_argument("--floor", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    add_results_option(parser)
    options = parser.parse_args()
    if options.floor:
        serve_floor(options.floor)
        return
    taken = conditions()
    with tempfile.TemporaryDirectory() as folder:
        home = (options.home or Path(folder)) / f"lineage-{options.before}"
        lineage.load(home, options.before)
        found = {
            "jobs": options.before,
            "database": database_kind(),
            **measure(options.events, home, options.before),
        }
    keep(options.results, record_name("intake", options.before), found, taken)


def measure(events: int, home: Path, before: int) -> dict[str, Any]:
    """Each load's figures for the service and for the floor, their ratio, and the aspects behind.

    `before`: how many jobs the record in home has already.
    """
    loads = (
        Load(name="1_client", clients=1, events=events // 4),
        Load(name="8_clients", clients=8, events=events),
        Load(name="batches_of_100", clients=1, events=events, at_once=100),
    )
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        first = before
        with record_served(home) as service, _floor(Path(folder) / "floor.db") as floor:
            for load in loads:
                mine, least = _under(service, load, first), _under(floor, load, first)
                ratio = round(mine["events_per_second"] / least["events_per_second"], 3)
                found[load.name] = {"service": mine, "floor": least, "ratio": ratio}
                first += load.events
    found["aspects"] = _aspects(home)
    return found


def _under(server: Running, load: Load, first: int) -> dict[str, float]:
    before = _processor_seconds(server.process.pid)
    shares = [range(first + each, first + load.events, load.clients) for each in range(load.clients)]
    with multiprocessing.get_context("fork").Pool(load.clients) as clients:
        work = [(server.url, share, load.at_once) for share in shares]
        clients.map(_ready, range(load.clients))
        start = time.perf_counter()
        times = [one for some in clients.starmap(_send, work, chunksize=1) for one in some]
        seconds = time.perf_counter() - start
    used = _processor_seconds(server.process.pid) - before
    return {
        "events_per_second": round(load.events / seconds, 1),
        "p50_ms": round(1000 * statistics.median(times), 2),
        "p95_ms": round(1000 * sorted(times)[int(len(times) * 0.95)], 2),
        "processor_ms_per_event": round(1000 * used / load.events, 3),
        "resident_mib": round(_resident_bytes(server.process.pid) / 2**20, 1),
    }


def _ready(number: int) -> int:
    return number


def _send(url: str, numbers: Sequence[int], at_once: int) -> list[float]:
    """Seconds of each request of one client."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
    times: list[float] = []
    for place in range(0, len(numbers), at_once):
        some = [event(number) for number in numbers[place : place + at_once]]
        body = b"[" + b",".join(some) + b"]" if at_once > 1 else some[0]
        start = time.perf_counter()
        connection.request(
            "POST", BATCH if at_once > 1 else SINGLE, body, {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - start)
        assert answer.status in (200, 201), answer.status
    connection.close()
    return times


def _processor_seconds(process: int) -> float:
    """User and system time so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_bytes(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _aspects(home: Path, most: int = 1000) -> dict[str, float]:
    """How far the aspects are behind when the load ends, and how fast they follow when nothing else runs."""
    with lineage.opened(home) as catalog:
        lag = catalog.aspects.lag()
        catalog.aspects.step()  # loads DataHub's classes
        start, used, done = time.perf_counter(), time.process_time(), 0
        while done < most and (step := catalog.aspects.step()):
            done += step
        seconds, used = time.perf_counter() - start, time.process_time() - used
    return {
        "lag_entries": lag,
        "events_per_second": round(done / seconds, 1),
        "processor_ms_per_event": round(1000 * used / max(done, 1), 2),
        "resident_mib": round(_resident_bytes(os.getpid()) / 2**20, 1),
    }


@contextmanager
def _floor(file: Path) -> Iterator[Running]:
    command = [sys.executable, "-m", "benchmarks.intake", "--floor", str(file)]
    with running("floor", command, {**os.environ, "PYTHONPATH": str(ROOT)}) as server:
        yield server


def serve_floor(file: Path) -> None:
    """The least a durable server does with events: parse, hash, store, in shared commits."""
    database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, digest TEXT, body BLOB)")

    def store(bodies: Sequence[bytes]) -> list[int]:
        rows = []
        for body in bodies:
            parsed = orjson.loads(body)
            for each in parsed if isinstance(parsed, list) else [parsed]:
                text = orjson.dumps(each)
                rows.append((sha256(text).hexdigest(), text))
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO events (digest, body) VALUES (?, ?)", rows)
        database.execute("COMMIT")
        return [len(rows)] * len(bodies)

    line: Line[bytes, int] = Line(store)

    async def app(_: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await line.answer(body)
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    config = uvicorn.Config(app, port=0, log_level="error", access_log=False, lifespan="off")
    sock = config.bind_socket()
    print(json.dumps({"url": f"http://127.0.0.1:{sock.getsockname()[1]}"}), flush=True)
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
