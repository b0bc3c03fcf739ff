"""Who reads and writes what, at which version, and which of it feeds which. Values, and the versions of a mention."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from lineage.names import LAKE, DatasetId, JobId
from lineage.openlineage import EventDataset


class Flow(StrEnum):
    """Whether a run reads or writes."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFact:
    dataset: DatasetId
    version: str | None
    direction: Flow
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFact:
    """Within a job, `source` feeds `target`, and what no such fact names does not. None: nothing does."""

    target: DatasetId
    source: DatasetId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A job, and its run where one is named."""

    job: JobId
    run: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandFact:
    """Data goes from job to job, by whatever way."""

    source: Hand
    target: Hand


def versions_of(dataset: EventDataset) -> tuple[str | None, ...]:
    """What an event declares: the commits, oldest first, or the version facet, or None for unknown."""
    commits = dataset.facets.get("lakeproof_commits")
    stated = [str(int(number)) for number in commits["versions"]] if commits is not None else []
    if dataset.version is not None and dataset.version not in stated:
        stated.append(dataset.version)
    return tuple(stated) or (None,)


def number_of(dataset: DatasetId, version: str | None) -> int | None:
    """The version as a count where versions count up: in the lake."""
    if dataset.namespace != LAKE or version is None or not (version.isascii() and version.isdigit()):
        return None
    return int(version) if len(version) < 16 else None
