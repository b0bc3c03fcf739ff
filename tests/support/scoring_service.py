"""Start and end the real scoring process of `tests.support.scoring_process`, and read what it left."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from inference.tables import PREDICTIONS
from lakehouse.lake import Lake

ROOT = Path(__file__).parents[2]


class Running:
    """A scoring process that said it is ready."""

    def __init__(self, home: Path, **settings: float) -> None:
        given = {f"LAKEPROOF_SCORING_{name.upper()}": str(value) for name, value in settings.items()}
        environment = {
            **os.environ,
            "LAKEPROOF_SCORING_PORT": "0",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error",
            **given,
        }
        command = [sys.executable, "-m", "tests.support.scoring_process", str(home)]
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the service ended with {self.process.wait()} before it was ready"
        self.url: str = json.loads(line)["url"]

    def kill(self) -> None:
        """As a power cut does to the process: no chance to clean up."""
        self.process.kill()
        self._reap()

    def end(self) -> int:
        """SIGTERM, as an operator ends it. Returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> int:
        code = self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def scoring(home: Path, **settings: float) -> Iterator[Running]:
    """A service that is ended with the block, and must then end cleanly unless it was killed."""
    service = Running(home, **settings)
    try:
        yield service
    except BaseException:
        service.kill()
        raise
    if service.process.returncode is None:
        assert service.end() == 0


def filed(home: Path) -> list[dict[str, Any]]:
    """The rows of serving.predictions, in order of their ids."""
    lake = Lake(home / "lake")
    rows: pa.Table = lake.read(lake.newest(PREDICTIONS))
    found: list[dict[str, Any]] = rows.sort_by("prediction_id").to_pylist()
    return found


def events(home: Path) -> list[dict[str, Any]]:
    """What the record was told, in order; a line torn by a kill was not acknowledged, and is left out."""
    lines = (home / "events.jsonl").read_text().splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]
