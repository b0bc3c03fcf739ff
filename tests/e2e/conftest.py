"""The demo, run once for all of these tests, and copies of its home for those that change something."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.support.command_line import lakeproof_process

DEMO_SECONDS = 900  # far more than it takes, so that only a hang ends here


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The demo's home, and the object it ended with. Tests that write use a copy."""

    home: Path
    outcome: dict[str, Any]


CopyOfHome: TypeAlias = Callable[[], Path]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The main job, once, as a process of its own."""
    home = tmp_path_factory.mktemp("demo") / "home"
    said = lakeproof_process(home, "demo", "--no-serve", "--json", timeout=DEMO_SECONDS)
    assert said.code == 0, said.err
    return Finished(home=home, outcome=said.json)


@pytest.fixture
def copy_of_home(demo: Finished, tmp_path: Path) -> CopyOfHome:
    """Makes a copy of the demo's home elsewhere, as `cp -a` would."""

    def copy() -> Path:
        return Path(shutil.copytree(demo.home, tmp_path / "elsewhere", symlinks=True))

    return copy


@pytest.fixture(autouse=True)
def only_settings_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """No LAKEPROOF_ variable of whoever runs the tests reaches a command."""
    for name in [name for name in os.environ if name.startswith("LAKEPROOF_")]:
        monkeypatch.delenv(name)
