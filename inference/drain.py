"""File journaled predictions: each batch is one commit to `serving.predictions` and one run in the graph.

Exactly once: the commit carries the segment's number, and a segment is removed only after its commits and
events are durable. Killed anywhere, the next drain states the same runs and adds no row twice.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inference.batch import Batch, batches
from inference.framing import Reading
from inference.journal import Journal, Segment
from inference.tables import PREDICTIONS, predictions_table, rows_of
from lakehouse.lake import Lake
from lakehouse.tables import create_table
from lakehouse.writes import append, written_by
from lineage.errors import Fault
from lineage.facets import DetailsRunFacet, FindingsRunFacet
from lineage.findings import Finding, Severity
from lineage.names import DatasetId, JobId, RunId, TableVersion
from lineage.recorder import JobKind, Recorder, RunInProgress, columns_facet, schema_facet
from lineage.times import Clock

SERVICE = JobKind(processing="SERVICE")

# The one run that creates the table is the same however often it is tried.
_CREATION = RunId(UUID("5d4ce1a2-6f0e-5f0b-8c39-0a4b2f6d1e55"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A batch and the table version it became."""

    batch: Batch
    version: TableVersion


def prepare(lake: Lake, recorder: Recorder, clock: Clock) -> None:
    """Create `serving.predictions`, as a recorded run; said again while nothing else has been written."""
    if lake.exists(PREDICTIONS) and lake.newest(PREDICTIONS).version > 0:
        return
    with recorder.run(JobId.ours("inference", "prepare"), run_id=_CREATION) as run:
        version = create_table(lake, predictions_table(clock().date()), run.binding)
        run.writes_table([version], rows=0, schema=schema_facet(lake.fields(version)))


def drain(journal: Journal, lake: Lake, recorder: Recorder) -> tuple[Filed, ...]:
    """File everything journaled up to now, oldest segment first. Call it from one thread at a time.

    Raises LakeproofError when the lake or the record cannot be written; what was not filed stays journaled.
    """
    filed: list[Filed] = []
    for segment in journal.seal():
        reading = journal.read(segment)
        damage = _damage(segment, reading)
        filed += [_file(batch, damage, lake, recorder) for batch in batches(segment, reading.records)]
        journal.remove(segment)
    return tuple(filed)


def _file(batch: Batch, damage: tuple[Finding, ...], lake: Lake, recorder: Recorder) -> Filed:
    with recorder.run(batch.origin.job, kind=SERVICE, run_id=batch.run_id) as run:
        _state_inputs(run, batch)
        run.note("lakeproof_details", DetailsRunFacet(kind="batch", details=batch.details()))
        if damage:
            run.note("lakeproof_findings", FindingsRunFacet(findings=[one.to_json() for one in damage]))
        version = _commit(batch, run, lake)
        facets: dict[str, Any] = {"schema": schema_facet(lake.fields(version))}
        if batch.origin.source is not None and batch.features:
            facets["columnLineage"] = _columns(batch, batch.origin.source.table.dataset)
        run.writes_table([version], rows=len(batch.predictions), **facets)
    return Filed(batch=batch, version=version)


def _state_inputs(run: RunInProgress, batch: Batch) -> None:
    deployment, source = batch.origin.deployment, batch.origin.source
    if deployment is not None:
        run.reads(deployment.dataset.dataset, deployment.dataset.version)
        run.reads(deployment.model.dataset.dataset, deployment.model.dataset.version)
    if source is not None:
        run.reads_table(source)


def _commit(batch: Batch, run: RunInProgress, lake: Lake) -> TableVersion:
    """The version of the batch's one commit, made now or before a kill."""
    once = (batch.application, batch.number)
    version = append(lake, PREDICTIONS, rows_of(batch), binding=run.binding, once=once)
    if version is not None:
        return version
    before = written_by(lake, PREDICTIONS, run.id)
    if len(before) != 1:
        raise Fault(
            f"batch {run.id} is marked as applied to {PREDICTIONS}, which has {len(before)} commits of it",
            next_move=f"see `lakeproof history {PREDICTIONS}`: was the table restored from a backup?",
        )
    return before[0]


def _columns(batch: Batch, source: DatasetId) -> Any:
    """Features are copied as they are; score, decision and reasons are computed from all of them."""
    copied = [(source, name, "DIRECT", "IDENTITY") for name in batch.features]
    computed = [(source, name, "DIRECT", "TRANSFORMATION") for name in batch.features]
    return columns_facet({"features": copied, "score": computed, "decision": computed, "reasons": computed})


def _damage(segment: Segment, reading: Reading) -> tuple[Finding, ...]:
    if not reading.damaged:
        return ()
    ranges = [f"{start}-{end}" for start, end in reading.damaged]
    return (
        Finding(
            kind="journal-damaged",
            severity=Severity.CRITICAL,
            subject=f"journal/{segment.file_name}",
            message=f"bytes {', '.join(ranges)} of the segment are no whole record, though records follow",
            remedy="predictions answered in between may be missing from serving.predictions: check the disk",
            evidence={"ranges": ranges, "records": len(reading.records)},
        ),
    )
