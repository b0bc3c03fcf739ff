"""Training set, run, model, deployment, predictions and report stand in one graph, and can be walked both ways."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from lineage.emitter import MemoryEmitter, event_bytes
from lineage.graph import Direction, Level
from lineage.names import DEPLOYMENTS, MODELS, REPORTS, DatasetId, DatasetVersion, JobId, TableVersion
from lineage.openlineage import parse_event
from lineage.recorder import JobKind, Recorder
from tests.support.graphs import MemoryGraph
from tests.support.told import recorder_to

CHAIN = (
    "gold.loan_features@7",
    "training.mortgage",
    "mortgage 1",
    "operations.deploy",
    "mortgage 3",
    "inference.mortgage",
    "serving.predictions@5",
    "audit_app.report",
    "decision/0a@sha256:0a",
)


class GraphEmitter(MemoryEmitter):
    """Puts what is emitted into a graph."""

    def __init__(self, graph: MemoryGraph) -> None:
        super().__init__()
        self._graph = graph

    def emit(self, event: Any) -> None:
        super().emit(event)
        self._graph.apply(parse_event(event_bytes(event)))


def at(namespace: str, name: str, version: str) -> DatasetVersion:
    return DatasetVersion(dataset=DatasetId(namespace=namespace, name=name), version=version)


MODEL, DEPLOYMENT = at(MODELS, "mortgage", "1"), at(DEPLOYMENTS, "mortgage", "3")
REPORT = at(REPORTS, "decision/0a", "sha256:0a")
FEATURES, PREDICTIONS = (
    TableVersion.parse("gold.loan_features@7"),
    TableVersion.parse("serving.predictions@5"),
)


def tell(recorder: Recorder) -> None:
    """What training, deployment, scoring and reporting emit, each as its room does."""
    with recorder.run(JobId.ours("training", "mortgage"), kind=JobKind(integration="KUBEFLOW")) as run:
        run.reads_table(FEATURES)
        run.writes(MODEL)
    with recorder.run(JobId.ours("operations", "deploy")) as run:
        run.reads(MODEL.dataset, MODEL.version)
        run.writes(DEPLOYMENT)
    service = JobKind(type="SCORING", processing="SERVICE")
    with recorder.run(JobId.ours("inference", "mortgage"), kind=service) as run:
        run.reads(DEPLOYMENT.dataset, DEPLOYMENT.version)
        run.writes_table([PREDICTIONS], rows=40)
    with recorder.run(JobId.ours("audit_app", "report")) as run:
        run.reads_table(PREDICTIONS)
        run.writes(REPORT)


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph()
    tell(recorder_to(GraphEmitter(made)))
    yield made
    made.close()


def chain(graph: MemoryGraph, start: Any, direction: Direction, level: Level) -> list[tuple[str, str]]:
    """The edges, by the labels of their ends without a run's number, in the order of the chain."""
    found = graph.reader.walk(start, direction=direction, level=level, at=graph.at())
    names = {node.id: node.label for node in found.nodes}
    cut = {key: label.rpartition(" ")[0] if key.startswith("run/") else label for key, label in names.items()}
    return sorted((cut[edge.source], cut[edge.target]) for edge in found.edges if not edge.transformation)


def test_versions_are_traversable_both_ways(graph: MemoryGraph) -> None:
    """From the training set's version down to the report, and from the report up to it: the same nine links."""
    expected = sorted(pairwise(CHAIN))
    labels = {label for edge in expected for label in edge}
    features = DatasetVersion(dataset=FEATURES.table.dataset, version="7")
    down = chain(graph, features, Direction.DOWN, Level.VERSION)
    up = chain(graph, REPORT, Direction.UP, Level.VERSION)
    assert len(labels) == len(CHAIN)
    assert [edge for edge in down if set(edge) <= labels] == down == up
    assert len(down) == len(CHAIN) - 1


def test_tables_and_jobs_are_traversable_both_ways(graph: MemoryGraph) -> None:
    """The same without versions."""
    down = chain(graph, FEATURES.table.dataset, Direction.DOWN, Level.TABLE)
    up = chain(graph, REPORT.dataset, Direction.UP, Level.TABLE)
    assert down == up and len(down) == len(CHAIN) - 1
    assert ("mortgage", "inference.mortgage") in down and (
        "inference.mortgage",
        "serving.predictions",
    ) in down


def test_what_stands_on_a_bad_version_is_found_through_the_model(graph: MemoryGraph) -> None:
    """The blast radius of the training set goes through model and deployment to predictions and report."""
    features = DatasetVersion(dataset=FEATURES.table.dataset, version="7")
    found = graph.reader.impact_walk(features, graph.at())
    kinds = {node.kind.value for node in found.nodes}
    assert {"model", "deployment", "table", "report"} <= kinds
