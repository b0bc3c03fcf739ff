"""One run, recorded: START before the work, COMPLETE or FAIL after it, reads and writes with their versions.

Every room does its work inside `Recorder.run(...)`. A run that cannot announce its START does not begin.
"""

import itertools
import json
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    OutputDatasetFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    error_message_run,
    job_type_job,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
)

from lineage.emitter import Emitter
from lineage.errors import LakeproofError
from lineage.facets import CommitsDatasetFacet, EnvironmentRunFacet, SequenceRunFacet
from lineage.names import DatasetId, DatasetVersion, JobId, RunId, TableVersion
from lineage.times import Clock, render_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the code was and where it ran; see EnvironmentRunFacet."""

    code: str
    lock_sha256: str
    python: str
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRef:
    """A run of a job, as a parent is named."""

    id: RunId
    job: JobId


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """The jobType facet: processing BATCH or SERVICE, integration LAKEPROOF, DBT or KUBEFLOW, type JOB, MODEL, …"""

    integration: str = "LAKEPROOF"
    type: str = "JOB"
    processing: str = "BATCH"


@dataclass(slots=True, kw_only=True)
class RunInProgress:
    """What a run has read and written so far. Handed out by `Recorder.run`; becomes facts at COMPLETE."""

    id: RunId
    job: JobId
    actor: str
    environment: Environment
    inputs: dict[tuple[DatasetId, str | None], InputDataset] = field(default_factory=dict)
    outputs: dict[DatasetId, OutputDataset] = field(default_factory=dict)
    facets: dict[str, Any] = field(default_factory=dict)
    job_facets: dict[str, Any] = field(default_factory=dict)

    @property
    def ref(self) -> RunRef:
        return RunRef(id=self.id, job=self.job)

    @property
    def binding(self) -> str:
        """The commit binding: goes as `userMetadata` into every Delta commit of this run (DESIGN section 1)."""
        parts = {
            "run": str(self.id),
            "job": str(self.job),
            "actor": self.actor,
            "code": self.environment.code,
        }
        return json.dumps(parts, sort_keys=True)

    def reads(self, dataset: DatasetId, version: str | None, **facets: Any) -> None:
        """Record an input, pinned to version; None when it cannot be known."""
        if version is not None:
            facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=version)
        self.inputs[dataset, version] = InputDataset(dataset.namespace, dataset.name, facets=facets)

    def reads_table(self, version: TableVersion, **facets: Any) -> None:
        self.reads(version.table.dataset, str(version.version), **facets)

    def writes(self, dataset: DatasetVersion, *, rows: int | None = None, **facets: Any) -> None:
        """Record an output at the version this run made."""
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=dataset.version)
        self._write(dataset.dataset, rows, facets)

    def writes_table(
        self, versions: Sequence[TableVersion], *, rows: int | None = None, **facets: Any
    ) -> None:
        """Record the commits this run made to one table, oldest first. At least one."""
        numbers = [version.version for version in versions]
        facets["lakeproof_commits"] = CommitsDatasetFacet(versions=numbers)
        newest = DatasetVersion(dataset=versions[-1].table.dataset, version=str(numbers[-1]))
        self.writes(newest, rows=rows, **facets)

    def touches(self, dataset: DatasetId, **facets: Any) -> None:
        """Record an output that this run meant to write and did not change: no version of its own."""
        self._write(dataset, None, facets)

    def note(self, key: str, facet: Any) -> None:
        """Add a run facet under its key."""
        self.facets[key] = facet

    def describe(self, key: str, facet: Any) -> None:
        """Add a job facet that was not known at START, such as the compiled SQL."""
        self.job_facets[key] = facet

    def _write(self, dataset: DatasetId, rows: int | None, facets: dict[str, Any]) -> None:
        statistics: dict[str, OutputDatasetFacet] = {}
        if rows is not None:
            statistics["outputStatistics"] = (
                output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=rows)
            )
        self.outputs[dataset] = OutputDataset(
            dataset.namespace, dataset.name, facets=facets, outputFacets=statistics
        )


class Recorder:
    """Makes the runs of one process; its events form one numbered stream, so that a lost one shows."""

    def __init__(
        self,
        emitter: Emitter,
        *,
        actor: str,
        environment: Environment,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._emitter = emitter
        self.actor = actor
        self.environment = environment
        self._clock = clock
        self.new_id = new_id
        self._stream = f"urn:lakeproof:session:{new_id()}"
        self._sequence = itertools.count(1)

    @contextmanager
    def run(
        self,
        job: JobId,
        *,
        kind: JobKind | None = None,
        parent: RunRef | None = None,
        job_facets: Mapping[str, Any] | None = None,
        run_id: RunId | None = None,
    ) -> Iterator[RunInProgress]:
        """Record one run. START is durable before the body begins; an exception in it becomes FAIL and goes on."""
        kind = kind or JobKind()
        run = RunInProgress(
            id=run_id or RunId(self.new_id()), job=job, actor=self.actor, environment=self.environment
        )
        if parent is not None:
            run.note("parent", _parent(parent))
        run.job_facets.update({"jobType": _job_type(kind), **(job_facets or {})})
        self._emit(run, RunState.START)
        try:
            yield run
        except BaseException as error:
            run.note("errorMessage", _error_message(error))
            self._emit(run, RunState.FAIL)
            raise
        self._emit(run, RunState.COMPLETE)

    def _emit(self, run: RunInProgress, state: RunState) -> None:
        facets = {
            **run.facets,
            "lakeproof_sequence": SequenceRunFacet(stream=self._stream, seq=next(self._sequence)),
            "lakeproof_environment": EnvironmentRunFacet(
                code=run.environment.code,
                lock_sha256=run.environment.lock_sha256,
                python=run.environment.python,
                platform=run.environment.platform,
            ),
        }
        self._emitter.emit(
            RunEvent(
                eventType=state,
                eventTime=render_moment(self._clock()),
                run=Run(runId=str(run.id), facets=facets),
                job=Job(namespace=run.job.namespace, name=run.job.name, facets=dict(run.job_facets)),
                inputs=list(run.inputs.values()),
                outputs=list(run.outputs.values()) if state is not RunState.START else [],
                producer="urn:lakeproof:1",
            )
        )


def schema_facet(fields: Sequence[tuple[str, str]]) -> schema_dataset.SchemaDatasetFacet:
    """The schema facet of (name, type) pairs."""
    return schema_dataset.SchemaDatasetFacet(
        fields=[schema_dataset.SchemaDatasetFacetFields(name=name, type=type_) for name, type_ in fields]
    )


def columns_facet(
    sources: Mapping[str, Sequence[tuple[DatasetId, str, str, str]]],
) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    """The columnLineage facet: output column → (input dataset, its column, DIRECT or INDIRECT, subtype)."""
    return column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            output: column_lineage_dataset.Fields(
                inputFields=[
                    column_lineage_dataset.InputField(
                        namespace=dataset.namespace,
                        name=dataset.name,
                        field=column,
                        transformations=[column_lineage_dataset.Transformation(type=type_, subtype=subtype)],
                    )
                    for dataset, column, type_, subtype in inputs
                ]
            )
            for output, inputs in sources.items()
        }
    )


def _error_message(error: BaseException) -> error_message_run.ErrorMessageRunFacet:
    """Our own errors in their words. Of any other only its type and where it rose: its text may quote data, and
    the log is for ever.
    """
    if isinstance(error, LakeproofError):
        return error_message_run.ErrorMessageRunFacet(message=str(error), programmingLanguage="python")
    frames = traceback.extract_tb(error.__traceback__)
    return error_message_run.ErrorMessageRunFacet(
        message=type(error).__name__,
        programmingLanguage="python",
        stackTrace="\n".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames),
    )


def _parent(parent: RunRef) -> parent_run.ParentRunFacet:
    return parent_run.ParentRunFacet(
        run=parent_run.Run(runId=str(parent.id)),
        job=parent_run.Job(namespace=parent.job.namespace, name=parent.job.name),
    )


def _job_type(kind: JobKind) -> job_type_job.JobTypeJobFacet:
    return job_type_job.JobTypeJobFacet(
        processingType=kind.processing, integration=kind.integration, jobType=kind.type
    )
