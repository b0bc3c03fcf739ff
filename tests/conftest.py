"""What all tests share: which components are missing here, databases, and Hypothesis without deadlines."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    ("graphviz", "graphviz", shutil.which("dot") is not None),
)

# Two busy cores make a slow example no fault. Half of Hypothesis's own number: TEST_EFFORT raises it.
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


@pytest.hookimpl(optionalhook=True)  # so that `-p no:xdist` works
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Several workers share the tests by folder or module."""
    from tests.support.workers import ByFolder

    return ByFolder(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest folder first among workers; skip, by name, what needs a component that is not installed."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not item.nodeid.startswith("tests/e2e/"))
    for marker, component, found in COMPONENTS:
        if not found:
            reason = f"{component} is not installed"
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with the components that were missing and the tests that this cost."""
    skipped = terminalreporter.getreports("skipped")
    for _, component, found in COMPONENTS:
        if not found:
            reason = f"{component} is not installed"
            names = [report.nodeid for report in skipped if reason in str(report.longrepr)]
            terminalreporter.write_line(f"{reason}; not tested: {', '.join(names) or 'nothing'}")
