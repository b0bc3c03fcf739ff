"""What the `lineage` facets of an event state outright: which dataset or job feeds which. Pure.

Where they speak of an output, only what they name feeds it; of an output that none speaks of, every input does.
They may also speak of other jobs than the event's own. A dataset's facet outside of any job's outputs is a
statement without a job.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from lineage.canonical import sha256
from lineage.names import DatasetId, JobId, RunId
from lineage.openlineage import ParsedEvent

Stated: TypeAlias = Mapping[str, Any]

#: The namespace of the jobs that stand for what is stated of a dataset without a job. They are never shown.
STATED = "lakeproof://stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A dataset or a job that feeds or is fed. Neither: the event's own job. `run` where a job's is named."""

    dataset: DatasetId | None = None
    job: JobId | None = None
    run: RunId | None = None

    @property
    def own(self) -> bool:
        return self.dataset is None and self.job is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`target` is fed by `sources` and by nothing else. `by_job`: within the event's own job, else without any."""

    target: End
    sources: tuple[End, ...]
    by_job: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A column that a column of `target` derives from, or each of them where `column` is None."""

    target: DatasetId
    column: str | None
    stated: Stated


def without_job(event: ParsedEvent) -> JobId | None:
    """The job that stands for a dataset event which states what feeds the dataset, or takes that back; else None."""
    item = event.dataset
    if item is None or not {"lineage", "columnLineage"} & {*item.facets, *item.gone}:
        return None
    return stands_for(item.id)


def stands_for(dataset: DatasetId) -> JobId:
    """The job that what is stated of dataset without a job is filed under."""
    return JobId(namespace=STATED, name=f"{dataset.namespace} {dataset.name}")


def renaming(before: DatasetId, after: DatasetId) -> JobId:
    """The job that stands for the rename of before to after: no job, and no later event, ends it.

    A name has room for one dataset's; of the other it has a digest.
    """
    other = sha256(f"{before.namespace} {before.name}".encode())[:16]
    return JobId(namespace=STATED, name=f"renamed to {after.namespace} {after.name} from {other}")


def renames(event: ParsedEvent) -> Iterator[tuple[DatasetId, DatasetId]]:
    """Datasets before and after a rename that the event's outputs state."""
    for item in event.outputs:
        change = item.facets.get("lifecycleStateChange", {})
        before = change.get("previousIdentifier")
        if change.get("lifecycleStateChange") == "RENAME" and before is not None:
            called = DatasetId(namespace=before["namespace"], name=before["name"])
            if called != item.id:
                yield called, item.id


def statements(event: ParsedEvent) -> tuple[Statement, ...]:
    """What the event states outright, each once."""
    found = (
        Statement(target=target, sources=_sources(entry), by_job=by_job)
        for target, entry, by_job in _entries(event)
        if "inputs" in entry or entry.get("fields")
    )
    return tuple(dict.fromkeys(found))


def column_sources(event: ParsedEvent) -> Iterator[Source]:
    """The columns that they name, as the facets state them."""
    for target, entry, _ in _entries(event):
        if target.dataset is None:
            continue
        for column, sources in entry.get("fields", {}).items():
            yield from _columns(target.dataset, column, sources["inputs"])
        yield from _columns(target.dataset, None, entry.get("inputs", ()))


def _columns(target: DatasetId, column: str | None, sources: Iterable[Stated]) -> Iterator[Source]:
    for source in sources:
        if source["type"] == "DATASET" and "field" in source:
            yield Source(target=target, column=column, stated=source)


def _entries(event: ParsedEvent) -> Iterator[tuple[End, Stated, bool]]:
    """Target, what is said of it, whether the event's own job is how it is fed."""
    for entry in event.job_facets.get("lineage", {}).get("entries", ()):
        yield _end(entry), entry, True
    for item in event.outputs:
        if "lineage" in item.facets:
            yield End(dataset=item.id), item.facets["lineage"], True
    alone = (*event.inputs, *((event.dataset,) if event.dataset is not None else ()))
    for item in alone:
        if "lineage" in item.facets:
            yield End(dataset=item.id), item.facets["lineage"], False


def _sources(entry: Stated) -> tuple[End, ...]:
    """What feeds a target as a whole or any of its columns, each once."""
    named = [*entry.get("inputs", ())]
    for field in entry.get("fields", {}).values():
        named += field["inputs"]
    return tuple(dict.fromkeys(_end(source) for source in named))


def _end(stated: Stated) -> End:
    if stated["type"] == "DATASET":
        return End(dataset=DatasetId(namespace=stated["namespace"], name=stated["name"]))
    run = RunId(UUID(stated["runId"])) if "runId" in stated else None
    if "name" not in stated:
        return End(run=run)
    return End(job=JobId(namespace=stated["namespace"], name=stated["name"]), run=run)
