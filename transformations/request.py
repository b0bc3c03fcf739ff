"""What a transformation is asked for, and what came of it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lineage.canonical import Json
from lineage.names import RunId, TableName, TableVersion, at_versions
from lineage.recorder import RunRef

#: The dbt project of the demo.
OURS = Path(__file__).parent / "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformRequest:
    """One build of a dbt project.

    `project`: the folder with dbt_project.yml. `select`: dbt's selection; empty is everything.
    `at`: tables to read at these versions, not at their newest. `months`: the slices to rebuild ('2024-03').
    `run_id`: fixes the ids of the run and its nodes, so that a restart is the same run.
    `supersedes`: why this run corrects earlier ones; empty: it does not.
    """

    project: Path = OURS
    select: str = ""
    at: tuple[TableVersion, ...] = ()
    months: tuple[str, ...] = ()
    variables: Mapping[str, Json] = field(default_factory=dict)
    full_refresh: bool = False
    run_id: RunId | None = None
    parent: RunRef | None = None
    supersedes: str = ""


class Status(StrEnum):
    OK = "ok"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOutcome:
    """`kind`: model, test, seed or snapshot. `table` is what a node builds, or what a test looks at.

    `run` is None for a node that was skipped. `reads` are pinned; `wrote` lists the commits, oldest first.
    """

    name: str
    kind: str
    status: Status
    table: TableName | None
    run: RunId | None = None
    reads: tuple[TableVersion, ...] = ()
    wrote: tuple[TableVersion, ...] = ()
    rows: int | None = None
    message: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Json]:
        return {
            "name": self.name,
            "kind": self.kind,
            "status": self.status.value,
            "run": None if self.run is None else str(self.run),
            "reads": [str(version) for version in self.reads],
            "wrote": [str(version) for version in self.wrote],
            "rows": self.rows,
            "message": self.message,
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        said = f"{self.status} {self.kind} {self.name}"
        if self.wrote:
            said += f" wrote {at_versions(self.wrote)}" + (f", {self.rows} rows" if self.rows else "")
        elif self.kind != "test" and self.status is Status.OK:
            said += " unchanged"
        if self.reads:
            said += f" from {at_versions(self.reads)}"
        return f"{said}: {self.message}" if self.message else said


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformOutcome:
    """Every node in the order it ran. `run` is the whole invocation's."""

    run: RunRef
    nodes: tuple[NodeOutcome, ...]

    @property
    def ok(self) -> bool:
        return not self.failed

    @property
    def failed(self) -> tuple[NodeOutcome, ...]:
        return tuple(node for node in self.nodes if node.status is Status.FAILED)

    @property
    def wrote(self) -> tuple[TableVersion, ...]:
        """Every commit of the build."""
        return tuple(version for node in self.nodes for version in node.wrote)

    def to_json(self) -> dict[str, Json]:
        return {"run": str(self.run.id), "ok": self.ok, "nodes": [node.to_json() for node in self.nodes]}

    def __str__(self) -> str:
        """One line for each node."""
        return "\n".join(map(str, self.nodes))
