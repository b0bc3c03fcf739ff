"""What the graph knows of one entity at one size of the log, ready to become aspects. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from catalog.graph.records import RunRecord
from lineage.names import DatasetId, DatasetVersion, JobId, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job with the datasets it reads and writes now. `orchestrator` as in `urns.orchestrator_of`.

    `description` is None where the event says nothing of it, here as in DatasetView.
    """

    job: JobId
    orchestrator: str
    facets: Mapping[str, Any]
    description: str | None
    inputs: tuple[DatasetId, ...]
    outputs: tuple[DatasetId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStep:
    """A column derives from a column of another dataset."""

    source: DatasetId
    column: str
    target: str
    transformation: str

    def sort_key(self) -> tuple[str, DatasetId, str, str]:
        return (self.target, self.source, self.column, self.transformation)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """A dataset with its columns as (name, type), and what it derives from."""

    dataset: DatasetId
    description: str | None
    columns: tuple[tuple[str, str], ...]
    upstreams: tuple[DatasetId, ...]
    steps: tuple[ColumnStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedView:
    """What an event's facets say of a dataset beyond its lineage. `at`: when the event was."""

    dataset: DatasetId
    facets: Mapping[str, Any]
    io_facets: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A column of the table that a model learnt from."""

    table: DatasetId
    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A model version with its features, the runs that made it and the deployments made of it."""

    model: DatasetVersion
    facets: Mapping[str, Any]
    features: tuple[Feature, ...]
    made_by: tuple[RunId, ...]
    deployments: tuple[DatasetVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentView:
    deployment: DatasetVersion
    models: tuple[DatasetVersion, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run, and its orchestrator's name. `at` is when the event was that brought the news, `event_type` what."""

    run: RunRecord
    orchestrator: str
    event_type: str
    at: datetime


View: TypeAlias = DatasetView | DescribedView | JobView | RunView | ModelView | DeploymentView
