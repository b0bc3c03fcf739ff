"""One training on the real decisions, shared by the tests of this folder."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lakehouse.lake import Lake
from lineage.emitter import MemoryEmitter
from lineage.ids import new_id
from lineage.recorder import Environment, Recorder
from lineage.times import system_clock
from tests.support.mortgages import lake_of_mortgages
from tests.support.recording import Recording, recording_server
from training import Emission, TrainOutcome, TrainRequest, train

ENVIRONMENT = Environment(code="c0ffee", lock_sha256="0" * 64, python="3.11", platform="Linux x86_64")


@dataclass(kw_only=True)
class Workshop:
    """A home with a lake, and what was emitted: by this process, and by the steps over HTTP."""

    home: Path
    lake: Lake
    steps: Recording
    emitted: MemoryEmitter = field(default_factory=MemoryEmitter)

    def train(self, **settings: str) -> TrainOutcome:
        recorder = Recorder(
            self.emitted, actor="ann", environment=ENVIRONMENT, clock=system_clock, new_id=new_id
        )
        return train(
            TrainRequest(pipeline="mortgage", settings=settings),
            home=self.home,
            lake=self.lake,
            recorder=recorder,
            emission=Emission(url=self.steps.url, token="a-token"),
        )

    @property
    def parent(self) -> dict[str, Any]:
        """The last event of the pipeline's own run."""
        return self.emitted.events[-1]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The shared training: its outcome, and its steps' events."""

    workshop: Workshop
    outcome: TrainOutcome
    recording: Recording


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    home = tmp_path_factory.mktemp("home")
    with recording_server() as recording:
        workshop = Workshop(home=home, lake=lake_of_mortgages(home / "lake"), steps=recording)
        yield Trained(workshop=workshop, outcome=workshop.train(), recording=recording)
