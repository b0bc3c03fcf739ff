"""What all tests share: which components are missing here, and Hypothesis without deadlines."""

import shutil

import hypothesis
import pytest

# A marker, and the program its tests need.
COMPONENTS = {"browser": "chromium"}

# Two busy cores make a slow example no fault.
hypothesis.settings.register_profile("lakeproof", deadline=None, print_blob=True)
hypothesis.settings.load_profile("lakeproof")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, by name, what needs a component that is not installed."""
    for marker, program in COMPONENTS.items():
        if shutil.which(program) is None:
            reason = f"{program} is not installed"
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with the components that were missing and the tests that this cost."""
    skipped = terminalreporter.getreports("skipped")
    for program in COMPONENTS.values():
        if shutil.which(program) is None:
            names = [
                report.nodeid for report in skipped if f"{program} is not installed" in str(report.longrepr)
            ]
            terminalreporter.write_line(
                f"{program} is not installed; not tested: {', '.join(names) or 'nothing'}"
            )
