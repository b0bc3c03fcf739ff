"""How fast lineage is read over HTTP: `python -m benchmarks.lineage [--jobs 1000,10000] [--home DIR]`.

A real service over a graph of its own (see `lineage_grid`) is asked for tables, jobs and columns at several depths,
both times given. In the same minute the floor: the same jobs by a bare walk over the same edges in SQLite, without
times, names or HTTP. Times are milliseconds; `server_cpu_ms` is the service's processor time for one question.
"""

import argparse
import http.client
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import uvicorn

from benchmarks.lineage_grid import LAKE, NAMESPACE, WIDTH, event, table
from benchmarks.results import add_results_option, conditions, database_kind, keep, record_name
from catalog.catalog import Catalog
from lakeproof.services.heap import settle
from lakeproof.services.record import record_app
from lineage.actors import Actor
from lineage.times import render_moment

ROOT = Path(__file__).parents[1]
DEPTHS = (2, 5, 20)
_AT_ONCE = 500  # events in one commit of the load

Json = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", default="1000,10000", help="sizes of the graph, with commas between")
    parser.add_argument("--questions", type=int, default=60, help="of each kind and depth")
    parser.add_argument("--home", type=Path, help="keep the graphs here, and use those that are there")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    add_results_option(parser)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    for jobs in map(int, options.jobs.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            taken, home = conditions(), (options.home or Path(folder)) / f"lineage-{jobs}"
            loaded = load(home, jobs)
            found = {
                "jobs": jobs,
                "database": database_kind(),
                **loaded,
                **measure(home, jobs, options.questions),
            }
            keep(options.results, record_name("lineage", jobs), found, taken)


def load(home: Path, jobs: int) -> Json:
    """A home whose record has the events of so many jobs, in bulk; what is there is not sent again."""
    start = time.perf_counter()
    with opened(home) as catalog:
        before = catalog.log.size
        for first in range(before, jobs, _AT_ONCE):
            events = [event(number) for number in range(first, min(first + _AT_ONCE, jobs))]
            catalog.intake.accept_all(events, actor=Actor(name="bench"))
        return {"loaded": catalog.log.size - before, "load_seconds": round(time.perf_counter() - start, 1)}


def opened(home: Path) -> Catalog:
    """The record of a home: in its file, or in the PostgreSQL database that LAKEPROOF_DATABASE names."""
    return Catalog.open(home, database=os.environ.get("LAKEPROOF_DATABASE") or None)


def measure(home: Path, jobs: int, questions: int) -> Json:
    """Every kind at every depth, and the floor."""
    with opened(home) as catalog:
        at = catalog.log.resolve()
        with catalog._store.reading() as session:  # noqa: SLF001 - behind its back, for the floor
            edges = [(job, dataset) for job, dataset in session.connection().exec_driver_sql(_EDGES)]
    times = {"as_of": render_moment(at.as_of), "known_at": render_moment(at.known_at)}
    found: Json = {}
    with _serving(home) as service:
        for depth in DEPTHS:
            for kind, ask in _KINDS.items():
                places = [(37 * n % (jobs // WIDTH), 61 * n % WIDTH) for n in range(1, questions + 1)]
                paths = [f"{ask(*place)}&{urlencode({'depth': depth, **times})}" for place in places]
                found[f"{kind}, depth {depth}"] = service.ask(paths)
            found[f"floor, depth {depth}"] = _floor(edges, depth, questions)
        found["server_rss_mb"] = service.memory()
    return found


def _path(route: str, node: str) -> str:
    return f"/api/v1/{route}?{urlencode({'nodeId': node})}"


_KINDS: dict[str, Callable[[int, int], str]] = {
    "dataset": lambda layer, column: _path("lineage", f"dataset:{LAKE}:{table(layer, column)}"),
    "job": lambda layer, column: _path("lineage", f"job:{NAMESPACE}:job_{layer}_{column}"),
    "column": lambda layer, column: _path(
        "column-lineage", f"datasetField:{LAKE}:{table(layer, column)}:amt"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A catalog service under test."""

    url: str
    process: int

    def ask(self, paths: list[str]) -> Json:
        """Each path once, one after another; the first once more before, unmeasured."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=120)
        with closing(connection):
            _get(connection, paths[0])
            times, nodes = [], []
            before = self._processor_seconds()
            for path in paths:
                begun = time.perf_counter()
                body = _get(connection, path)
                times.append(1000 * (time.perf_counter() - begun))
                nodes.append(len(json.loads(body)["graph"]))
            used = self._processor_seconds() - before
        return {**_spread(times, nodes), "server_cpu_ms": round(1000 * used / len(paths), 2)}

    def memory(self) -> float:
        """The most that the service ever held (Linux)."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)

    def _processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body
    return body


def _spread(times: list[float], nodes: list[int]) -> Json:
    cuts = statistics.quantiles(times, n=20)
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(cuts[18], 2),
        "nodes": statistics.median(nodes),
    }


@contextmanager
def _serving(home: Path) -> Iterator[Service]:
    command = [sys.executable, "-m", "benchmarks.lineage", "--serve", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield Service(url=json.loads(process.stdout.readline())["url"], process=process.pid)
        finally:
            process.terminate()
            process.wait()


def serve(home: Path) -> None:
    """The record's service on a free port, which is printed; without what follows behind it."""
    with opened(home) as catalog:
        app = record_app(catalog, without_token=True)
        settle()
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        listener = socket.create_server(("127.0.0.1", 0))
        print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
        uvicorn.Server(config).run(sockets=[listener])


def _floor(edges: list[tuple[int, int]], depth: int, questions: int) -> Json:
    """The jobs within depth steps and their tables, by a bare walk over edges alone."""
    with closing(sqlite3.connect(":memory:")) as bare:
        bare.execute("CREATE TABLE edges (job, dataset, PRIMARY KEY (job, dataset)) WITHOUT ROWID")
        bare.execute("CREATE INDEX other ON edges (dataset, job)")
        bare.executemany("INSERT INTO edges VALUES (?, ?)", edges)
        times, nodes = [], []
        for number in range(1, questions + 1):
            begun = time.perf_counter()
            nodes.append(_walk(bare, edges[4001 * number % len(edges)][0], depth))
            times.append(1000 * (time.perf_counter() - begun))
    return _spread(times, nodes)


def _walk(bare: sqlite3.Connection, start: int, depth: int) -> int:
    """How many jobs and tables there are within depth steps of a job."""
    found, frontier, tables = {start}, {start}, set[int]()
    for step in range(depth + 1):
        here = {row[0] for job in frontier for row in bare.execute(_TABLES, (job,))} - tables
        tables |= here
        if step < depth:
            frontier = {row[0] for each in here for row in bare.execute(_JOBS, (each,))} - found
            found |= frontier
    return len(found) + len(tables)


_EDGES = "SELECT DISTINCT job_id, dataset_id FROM graph_job_flows"
_TABLES = "SELECT dataset FROM edges WHERE job = ?"
_JOBS = "SELECT job FROM edges WHERE dataset = ?"


if __name__ == "__main__":
    main()
