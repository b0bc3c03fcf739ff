"""What all tests share: which components are missing here, databases, and Hypothesis without deadlines."""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest

from infra.setup.postgresql import programs
from tests.support.effort import examples
from tests.support.places import DATABASES, Place, Pool, empty_place_in, place_in
from tests.support.postgres import Server, serving

# A marker, the component that its tests need, and whether it is here.
COMPONENTS = (
    ("browser", "chromium", shutil.which("chromium") is not None),
    ("postgresql", "postgresql", programs() is not None),
    ("openssl", "openssl", shutil.which("openssl") is not None),
)

# Slow to make, once a worker: the tests that use one of these stay on one worker, all others go by module.
DEAR = ("demo", "spark")

# Two busy cores make a slow example no fault.
hypothesis.settings.register_profile("lakeproof", deadline=None, print_blob=True, max_examples=examples(50))
hypothesis.settings.load_profile("lakeproof")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One server for all tests that speak to one."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_pool(postgresql_server: Server) -> Pool:
    """Its databases, shared one after the other."""
    return Pool(postgresql_server)


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A home with a new record, once in each database."""
    with place_in(request.param, tmp_path, request) as found:
        yield found


@pytest.fixture(params=DATABASES)
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A home and a database without any table, once of each kind."""
    return empty_place_in(request.param, tmp_path, request)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests share a worker; skip, by name, what needs a component that is not installed."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The longest group first: as the last it would run alone.
        items.sort(key=lambda item: _group(item) != "demo")
    for marker, component, found in COMPONENTS:
        if not found:
            reason = f"{component} is not installed"
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=reason))


def _group(item: pytest.Item) -> str:
    used: Sequence[str] = getattr(item, "fixturenames", ())
    return next((name for name in DEAR if name in used), item.nodeid.partition("::")[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with the components that were missing and the tests that this cost."""
    skipped = terminalreporter.getreports("skipped")
    for _, component, found in COMPONENTS:
        if not found:
            reason = f"{component} is not installed"
            names = [report.nodeid for report in skipped if reason in str(report.longrepr)]
            terminalreporter.write_line(f"{reason}; not tested: {', '.join(names) or 'nothing'}")
