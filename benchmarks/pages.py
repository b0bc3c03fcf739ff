"""What a reader waits for: `python -m benchmarks.pages [--home DIR] [--loads N]`.

Each page of the audit app is opened in a browser that has seen nothing yet, until the script has ended and all of it
is drawn, the picture and the typefaces too. The floor, in turn with them: Streamlit's own server with a page of one
letter. Each load asks about a moment of its own, a microsecond after the one before, so that no answer is one that was
kept. Seconds of the clock; seconds of the processors, of the server and of the browser with all their processes. DIR
is a home with a finished demo; where it holds none, the demo is run in it first, which takes three minutes.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

from audit_app.pages.address import AS_OF, KNOWN_AT
from benchmarks.results import Json, add_results_option, conditions, keep
from infra.pictures.__main__ import FLAGS, denied_prediction
from lakeproof.demo.home import finished
from lakeproof.home import Home
from lakeproof.services.audit_app_process import announce, free_port, options
from lakeproof.services.processes import Running, running
from lineage.times import render_moment
from tests.support.audited import audited_home

ROOT = Path(__file__).parents[1]
BARE = Path(__file__).with_name("bare_page.py")
_TICKS = os.sysconf("SC_CLK_TCK")
_DRAWN = """wanted => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
    && wanted.every(each => document.querySelector(each))
    && [...document.images].every(each => each.complete)
    && document.fonts.status === "loaded" && performance.now()"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page, and what must stand on it when it is drawn."""

    address: str
    wanted: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".lakeproof"), help="a home with a finished demo")
    parser.add_argument("--loads", type=int, default=10, help="of each page")
    parser.add_argument("--little", action="store_true", help="a home of a dozen decisions, made in seconds")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    add_results_option(parser)
    chosen = parser.parse_args()
    if chosen.bare:
        return serve_bare()
    with tempfile.TemporaryDirectory() as scratch:
        root = _little(Path(scratch) / "home") if chosen.little else _demo(chosen.home.absolute())
        taken = conditions()
        keep(chosen.results, "pages", measure(root, chosen.loads), taken)
    return None


def measure(root: Path, loads: int) -> dict[str, object]:
    """Every page in turn, `loads` times; the first of each counts like the others."""
    app = [sys.executable, "-m", "lakeproof.services.audit_app_process", "--port", "0"]
    bare = [sys.executable, "-m", "benchmarks.pages", "--bare"]
    environment = {**os.environ, "LAKEPROOF_HOME": str(root), "PYTHONPATH": str(ROOT)}
    found: dict[str, list[Json]] = {}
    began = datetime.now(UTC)
    moments = (began + timedelta(microseconds=number) for number in count())
    with (
        running("audit app", app, environment) as ours,
        running("bare page", bare, environment) as floor,
        browsing() as browser,
    ):
        for _ in range(loads):
            found.setdefault("floor", []).append(load(browser, floor, _BARE, {ours.process.pid}))
            for name, place in places(denied_prediction(Home(root=root))).items():
                asked = at(place, next(moments))
                found.setdefault(name, []).append(load(browser, ours, asked, {floor.process.pid}))
    return {"loads": loads, **{name: _summary(each) for name, each in found.items()}}


_BARE = Place(address="/", wanted=("[data-testid=stMarkdown]",))


def places(prediction: str) -> Mapping[str, Place]:
    """The audit app's pages, by what they are called in the results."""
    controls = ("[data-testid=stTextInput] input", "[data-testid=stButtonGroup]")
    picture = ".plot .node, [data-testid=stGraphVizChart] g.node"
    return {
        "start": Place(address="/", wanted=(".beside", ".coverage")),
        "decisions": Place(address="/decision", wanted=(controls[0], ".coverage")),
        "decision": Place(
            address=f"/decision?prediction={prediction}", wanted=(picture, "[data-testid=stButton]")
        ),
        "subjects": Place(address="/lineage", wanted=(*controls, "td")),
        "lineage": Place(address="/lineage?subject=gold.loan_features", wanted=(picture, *controls)),
        "versions": Place(
            address="/lineage?subject=gold.loan_features&level=version", wanted=(picture, *controls)
        ),
    }


def at(place: Place, moment: datetime) -> Place:
    """The page at this moment, which both times of its address spell."""
    told = urlencode(dict.fromkeys((AS_OF, KNOWN_AT), render_moment(moment)))
    return replace(place, address=f"{place.address}{'&' if '?' in place.address else '?'}{told}")


def load(browser: Browser, server: Running, place: Place, others: set[int]) -> Json:
    """One load in a profile of its own. `others` are children of ours that have no part in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 850})
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    before = _used(server.process.pid, others)
    tab.goto(server.url + place.address, wait_until="commit")
    milliseconds = tab.wait_for_function(_DRAWN, arg=list(place.wanted)).json_value()
    used = [after - one for after, one in zip(_used(server.process.pid, others), before, strict=True)]
    context.close()
    return {
        "seconds": milliseconds / 1000,
        "server_processor_seconds": used[0],
        "browser_processor_seconds": used[1],
    }


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium of the distribution. Its processes are children of this one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


def serve_bare() -> None:
    """The floor's server: Streamlit's own, with the audit app's options."""
    from streamlit import App

    port = free_port()
    threading.Thread(target=announce, args=(port, sys.stdout), daemon=True).start()
    with redirect_stdout(sys.stderr):
        App(BARE).run(config=options(port))


def _used(server: int, others: set[int]) -> tuple[float, float]:
    """Processor seconds of the server with its children, and of all other children of ours and theirs."""
    parents, seconds = _processes()
    ours = _family({server}, parents)
    rest = _family({os.getpid()}, parents, without=ours | _family(others, parents)) - {os.getpid()}
    return sum(seconds.get(one, 0.0) for one in ours), sum(seconds[one] for one in rest)


def _processes() -> tuple[dict[int, int], dict[int, float]]:
    """Each process's parent, and the seconds that it took, with those of children that ended."""
    parents, seconds = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(entry.parent.name)] = int(fields[1])
        seconds[int(entry.parent.name)] = sum(map(int, fields[11:15])) / _TICKS
    return parents, seconds


def _family(first: set[int], parents: Mapping[int, int], *, without: Set[int] = frozenset()) -> set[int]:
    family = set(first)
    while more := {one for one, parent in parents.items() if parent in family} - family - without:
        family |= more
    return family


def _summary(loads: list[Json]) -> Json:
    def middle(name: str) -> float:
        return round(statistics.median(each[name] for each in loads), 2)

    return {
        "p50_seconds": middle("seconds"),
        "max_seconds": round(max(each["seconds"] for each in loads), 2),
        "server_processor_seconds": middle("server_processor_seconds"),
        "browser_processor_seconds": middle("browser_processor_seconds"),
    }


def _demo(root: Path) -> Path:
    if finished(Home(root=root)) is None:
        command = [sys.executable, "-m", "lakeproof", "--home", str(root), "demo", "--no-serve"]
        subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)
    return root


def _little(root: Path) -> Path:
    audited_home(root).catalog.close()
    return root


if __name__ == "__main__":
    main()
