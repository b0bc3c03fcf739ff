"""The lineage graph as values: nodes, edges, and what a walk returns. Pure; nothing is read here.

The graph is uniform: anything that holds data is a dataset node (its kind follows from the namespace), and
runs connect dataset versions. A prediction is not a node; its batch's run is.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lineage.certainty import Certainty
from lineage.names import DEPLOYMENTS, LAKE, LANDING, MODELS, REPORTS, DatasetId


class NodeKind(StrEnum):
    TABLE = "table"
    FILE = "file"
    MODEL = "model"
    DEPLOYMENT = "deployment"
    REPORT = "report"
    DATASET = "dataset"  # of a foreign producer
    COLUMN = "column"
    JOB = "job"
    RUN = "run"


class Level(StrEnum):
    """How fine a walk is."""

    TABLE = "table"
    VERSION = "version"
    COLUMN = "column"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    BOTH = "both"


_KINDS = {
    LAKE: NodeKind.TABLE,
    LANDING: NodeKind.FILE,
    MODELS: NodeKind.MODEL,
    DEPLOYMENTS: NodeKind.DEPLOYMENT,
    REPORTS: NodeKind.REPORT,
}


def kind_of(dataset: DatasetId) -> NodeKind:
    """What a dataset is, from its namespace."""
    return _KINDS.get(dataset.namespace, NodeKind.DATASET)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Node:
    """`id` is unique within a graph: `str()` of the DatasetId, DatasetVersion, ColumnId, JobId, or `run/<uuid>`.

    `label` is what people read: `gold.loan_features@3`, `mortgage 1`, a job's name. `also` are the ids that the
    same thing has by its other names.
    """

    id: str
    kind: NodeKind
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """From source to target, as data flows. `run` is None on job-level edges.

    `certainty` is the worse of the two ends' version certainties. `transformation` is set on column edges
    (`DIRECT/IDENTITY`, `INDIRECT/JOIN`, …). Validity in the world and in knowledge is half open.
    """

    source: str
    target: str
    run: str | None = None
    certainty: Certainty = Certainty.UNKNOWN
    transformation: str = ""
    valid_from: datetime | None = None
    known_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Nodes and edges sorted, without duplicates. `cut` says in words what a limit left out; empty: nothing.

    `next`: from where the walk goes on, when it was cut.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    cut: tuple[str, ...] = ()
    next: str | None = None
