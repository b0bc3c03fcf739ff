"""What durable logging costs the scoring service: `python -m benchmarks.scoring [--seconds N]`.

Three services answer the same load in turn, several rounds: `durable` (journal, sync, filing: the real one),
`unsynced` (the same without sync) and `unlogged` (no journal at all, though the record for it is made). Rates are
answers a second, times are milliseconds from when a request was due.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from benchmarks.results import add_results_option, conditions, keep
from inference.journal import FileJournal, Journal, MemoryJournal
from inference.service import create_app
from inference.settings import ScoringSettings
from lakehouse.lake import Lake
from lineage.emitter import emitter_in_process
from lineage.ids import new_id
from lineage.recorder import Recorder
from lineage.times import system_clock
from tests.support.scoring import BAD, ENVIRONMENT, body_of, registry_with, request_for

MODES = ("durable", "unsynced", "unlogged")
ROOT = Path(__file__).parents[1]


class Unlogged(MemoryJournal):
    """Forgets what is appended."""

    async def append(self, record: bytes) -> None:
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What one load of one service gave: seconds to each answer, and what the service's processor spent."""

    times: list[float]
    processor_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`rate` requests a second, spread evenly over the clients; None: as many as they can."""

    clients: int
    rate: float | None
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each load in each round")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--home", type=Path, help="a folder on the disk that is measured, for the journals")
    add_results_option(parser)
    parser.add_argument("--serve", nargs=2, metavar=("MODE", "HOME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], Path(options.serve[1]))
        return
    taken = conditions()
    keep(options.results, "scoring", measure(options.seconds, options.rounds, options.home), taken)


def measure(seconds: float, rounds: int, folder: Path | None) -> dict[str, object]:
    """Rate, times and processor time of each mode under both loads, over the answers of all rounds together."""
    loads = {
        "300_per_second": Load(clients=16, rate=300, seconds=seconds),
        "closed_loop_16_clients": Load(clients=16, rate=None, seconds=seconds),
    }
    found: dict[str, dict[str, list[Slice]]] = {name: {mode: [] for mode in MODES} for name in loads}
    with ExitStack() as stack:
        services = {mode: stack.enter_context(_serving(mode, folder)) for mode in MODES}
        for service in services.values():
            _under(service, Load(clients=4, rate=None, seconds=1.0))
        # In short slices, each mode first as often as another, so that what else the machine does falls on all alike.
        for number in range(rounds):
            turn = number % len(MODES)
            for name, load in loads.items():
                for mode in (*MODES[turn:], *MODES[:turn]):
                    found[name][mode].append(_under(services[mode], load))
    answers = {
        name: {mode: _figures(slices, seconds) for mode, slices in modes.items()}
        for name, modes in found.items()
    }
    ratios = {
        name: round(modes["durable"]["p95_ms"] / modes["unlogged"]["p95_ms"], 3)
        for name, modes in answers.items()
    }
    return {"answers": answers, "p95_durable_to_unlogged": ratios, "rounds": rounds, "seconds": seconds}


def _figures(slices: list[Slice], seconds: float) -> dict[str, float]:
    times = [each for one in slices for each in one.times]
    cuts = statistics.quantiles(times, n=100)
    figures = {
        "per_second": len(times) / (seconds * len(slices)),
        "p50_ms": 1000 * cuts[49],
        "p95_ms": 1000 * cuts[94],
        "p99_ms": 1000 * cuts[98],
        "processor_ms_per_request": 1000 * sum(one.processor_seconds for one in slices) / len(times),
    }
    return {name: round(value, 3) for name, value in figures.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A service under test."""

    url: str
    process: int

    def processor_seconds(self) -> float:
        """User and system time so far (Linux)."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _serving(mode: str, folder: Path | None) -> Iterator[Serving]:
    command = [sys.executable, "-m", "benchmarks.scoring", "--serve", mode]
    with (
        tempfile.TemporaryDirectory(dir=folder) as home,
        subprocess.Popen([*command, home], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process,
    ):
        assert process.stdout is not None
        yield Serving(url=process.stdout.readline().strip(), process=process.pid)
        process.terminate()
        process.wait()


def _under(service: Serving, load: Load) -> Slice:
    before = service.processor_seconds()
    times = asyncio.run(_apply(service.url, load))
    return Slice(times=times, processor_seconds=service.processor_seconds() - before)


async def _apply(url: str, load: Load) -> list[float]:
    """Seconds from when each request was due to its answer."""
    address = urlsplit(url)
    body = body_of(request_for(BAD, application_id="A-000001", subject_ref="S-1"))
    head = f"POST /v2/models/mortgage/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    end = time.perf_counter() + load.seconds

    async def client(number: int) -> list[float]:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        times: list[float] = []
        pause = 0.0 if load.rate is None else load.clients / load.rate
        due = time.perf_counter() + pause * number / load.clients
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(head.encode() + body)
            await _answer(reader)
            now = time.perf_counter()
            times.append(now - due)
            due = due + pause if load.rate is not None else now
        writer.close()
        return times

    return [one for times in await asyncio.gather(*map(client, range(load.clients))) for one in times]


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    assert head.startswith("http/1.1 200"), head
    await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))


def serve(mode: str, home: Path) -> None:
    """One service of that mode on a free port, which is printed."""
    journals: dict[str, Callable[[], Journal]] = {
        "durable": lambda: FileJournal(home / "journal", new_id=new_id),
        "unsynced": lambda: FileJournal(home / "journal", new_id=new_id, sync=lambda _: None),
        "unlogged": lambda: Unlogged(new_id()),
    }
    emitter = emitter_in_process(lambda _: None)
    app = create_app(
        journal=journals[mode](),
        registry=registry_with(),
        lake=Lake(home / "lake"),
        recorder=Recorder(emitter, actor="bench", environment=ENVIRONMENT, clock=system_clock, new_id=new_id),
        settings=ScoringSettings(),
    )
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
