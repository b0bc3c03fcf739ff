"""What the graph answers with: runs, versions, supersessions and findings as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lineage.certainty import Certainty
from lineage.findings import Finding
from lineage.names import DatasetId, DatasetVersion, JobId, RunId
from lineage.openlineage.told import (
    DatasetTold,
    JobTold,
    RunTold,
    told_of_dataset,
    told_of_job,
    told_of_run,
)
from lineage.recorder import RunRef


class RunState(StrEnum):
    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    FAIL = "FAIL"
    ABORT = "ABORT"
    UNKNOWN = "UNKNOWN"  # something was said about the run, but not where it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDataset:
    """A dataset as a run read or wrote it. `facets` and `io_facets` are verbatim JSON by facet name."""

    dataset: DatasetId
    version: str | None
    certainty: Certainty
    facets: Mapping[str, Any]
    io_facets: Mapping[str, Any]

    @property
    def told(self) -> DatasetTold:
        """What the facets say of the dataset: its description, type, owners and tags."""
        return told_of_dataset(self.facets)

    @property
    def at(self) -> DatasetVersion | None:
        """The dataset at its version, or None where that is unknown."""
        return None if self.version is None else DatasetVersion(dataset=self.dataset, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as all its events together tell it, at the two times of the question.

    `started_at` is None when no START is known, `ended_at` until it ended. `entries` are log numbers.
    """

    id: RunId
    job: JobId
    state: RunState
    started_at: datetime | None
    ended_at: datetime | None
    actor: str
    facets: Mapping[str, Any]
    job_facets: Mapping[str, Any]
    inputs: tuple[RunDataset, ...]
    outputs: tuple[RunDataset, ...]
    parent: RunRef | None
    error: str | None
    entries: tuple[int, ...]

    @property
    def told(self) -> RunTold:
        """What the facets say of the run: nominal time, root, engine, query, tags."""
        return told_of_run(self.facets)

    @property
    def job_told(self) -> JobTold:
        """What the facets say of the job: description, type, owners, tags."""
        return told_of_job(self.job_facets)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A version of a dataset: who wrote and who read it. `since`: first time an event states it."""

    version: DatasetVersion
    since: datetime
    known_from: datetime
    written_by: tuple[RunId, ...]
    read_by: tuple[RunId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersession:
    """The slice `where` of `version` is no longer what we believe, as `run` stated `because` of something."""

    version: DatasetVersion
    where: str
    because: str
    run: RunId
    since: datetime
    known_from: datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """A finding, the run that stated it (None: the record itself did) and its log number."""

    finding: Finding
    run: RunId | None
    since: datetime
    known_from: datetime
    entry: int
