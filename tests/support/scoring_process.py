"""`python -m tests.support.scoring_process HOME`: the real service, its events kept in HOME/events.jsonl."""

import os
import sys
from pathlib import Path

from inference.process import Service
from inference.settings import ScoringSettings
from lakehouse.lake import Lake
from lineage.emitter import emitter_in_process
from lineage.ids import new_id
from lineage.recorder import Recorder
from lineage.times import system_clock
from tests.support.scoring import ENVIRONMENT, registry_with


def main(home: Path) -> None:
    events = os.open(home / "events.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def intake(event: bytes) -> None:
        os.write(events, event + b"\n")

    Service(
        journal=home / "journal",
        registry=registry_with(),
        lake=Lake(home / "lake"),
        recorder=Recorder(
            emitter_in_process(intake),
            actor="scoring",
            environment=ENVIRONMENT,
            clock=system_clock,
            new_id=new_id,
        ),
        settings=ScoringSettings.from_environment(os.environ),
    ).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
