"""What one telling of the demo knows: its workspace, its people, and what earlier steps made."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from lakeproof import project
from lakeproof.demo.landing import Landing
from lakeproof.workspace import Workspace
from lineage.errors import Fault
from lineage.names import TableVersion
from training.request import TrainOutcome

CONTRACT = project.ROOT / "ingestion" / "contracts" / "loan_applications.odcs.yaml"

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Demo:
    """Filled step by step. `engineer` asserts a name; `people` hold tokens."""

    engineer: Workspace
    landing: Landing
    people: dict[str, Workspace] = field(default_factory=dict)
    bad: TableVersion | None = None
    trained: TrainOutcome | None = None
    denied: UUID | None = None
    packs: list[Path] = field(default_factory=list)


def needed(value: "T | None") -> "T":
    """What an earlier step must have made. Raises Fault when it did not."""
    if value is None:
        raise Fault("a step of the demo lacks what an earlier one makes", next_move="start the demo again")
    return value
