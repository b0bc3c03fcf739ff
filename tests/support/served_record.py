"""The catalog service as a process of its own, for tests and measurements that load or kill it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakeproof.home import Home
from lakeproof.services.processes import Running, running

ROOT = Path(__file__).parents[2]


@contextmanager
def record_served(home: Path) -> Iterator[Running]:
    """The service over a home, made where there is none; tokens not needed. It may be killed meanwhile."""
    Home(root=home).make()
    settings = {"LAKEPROOF_HOME": str(home), "LAKEPROOF_WITHOUT_TOKEN": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lakeproof.services.catalog", "--port", "0"]
    with running("catalog", command, {**os.environ, **settings}) as service:
        yield service
