"""What becomes of each facet that the specification publishes. Data, and the table made of it for the documentation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


class Place(StrEnum):
    """Where in an event a facet stands; the value names its rules in `events.schema.json`."""

    RUN = "RunFacets"
    JOB = "JobFacets"
    DATASET = "DatasetFacets"
    INPUT = "InputFacets"
    OUTPUT = "OutputFacets"

    @property
    def label(self) -> str:
        return self.value.removesuffix("Facets").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A published facet: its key and place, the newest version of its schema, what the record makes of it.

    `becomes` is empty where the facet is kept word for word and nothing more is made of it.
    """

    key: str
    place: Place
    newest: str
    becomes: str = ""


def _known(place: Place, *facets: tuple[str, str, str]) -> tuple[Known, ...]:
    return tuple(
        Known(key=key, place=place, newest=newest, becomes=becomes) for key, newest, becomes in facets
    )


KNOWN: tuple[Known, ...] = (
    *_known(
        Place.RUN,
        ("errorMessage", "1-0-1", "the run's error"),
        ("environmentVariables", "1-0-0", ""),
        ("executionParameters", "1-0-0", ""),
        ("externalQuery", "1-0-2", "the run's query in the system that ran it"),
        ("extractionError", "1-1-2", "how many of the run's statements its producer could not read"),
        ("jobDependencies", "1-0-1", ""),
        ("nominalTime", "1-0-1", "the run's nominal start and end"),
        ("parent", "1-2-0", "the run's parent, and the root of them all"),
        ("processing_engine", "1-1-1", "the run's engine and its version"),
        ("tags", "1-0-0", "the run's tags"),
        ("test", "1-0-1", ""),
    ),
    *_known(
        Place.JOB,
        ("documentation", "1-1-0", "the job's description"),
        ("jobType", "2-0-4", "the orchestrator; whether the job is a service, whose runs replace nothing"),
        ("lineage", "1-0-0", "edges: which input feeds which output, instead of each feeding all"),
        ("ownership", "1-0-1", "the job's owners"),
        ("sourceCode", "1-0-1", ""),
        ("sourceCodeLocation", "1-1-0", ""),
        ("sql", "1-1-0", "column lineage, where the event has none of its own"),
        ("tags", "1-0-0", "the job's tags"),
    ),
    *_known(
        Place.DATASET,
        ("catalog", "1-1-0", ""),
        ("columnLineage", "1-2-0", "edges between columns, with their transformation"),
        ("dataQualityAssertions", "1-1-0", "assertions and their results"),
        ("dataQualityMetrics", "1-0-1", "the dataset's profile"),
        ("dataSource", "1-0-1", ""),
        ("datasetType", "1-0-1", "the dataset's type"),
        ("documentation", "1-1-0", "the dataset's description"),
        ("hierarchy", "1-0-0", ""),
        ("lifecycleStateChange", "1-0-1", "whether what was written stands on the version before it"),
        ("lineage", "1-0-0", "edges: what feeds this dataset and its columns, with or without a job"),
        ("ownership", "1-0-1", "the dataset's owners"),
        ("schema", "1-2-0", "the columns of the dataset at its version, nested ones as outer.inner"),
        ("storage", "1-0-1", ""),
        ("symlinks", "1-0-1", "the dataset's other names"),
        ("tags", "1-0-0", "the dataset's tags, and those of its columns"),
        ("version", "1-0-1", "the version that was read or written"),
    ),
    *_known(
        Place.INPUT,
        ("dataQualityAssertions", "1-1-0", "assertions and their results"),
        ("dataQualityMetrics", "1-0-3", "the dataset's profile"),
        ("inputStatistics", "1-0-0", ""),
        ("subset", "1-0-0", ""),
    ),
    *_known(Place.OUTPUT, ("outputStatistics", "1-0-2", ""), ("subset", "1-0-0", "")),
)


def required_of(facet: Known) -> tuple[str, ...]:
    """The members without which the facet is refused, as the rules have them."""
    reference: str = _rules()[facet.place.value]["properties"][facet.key]["$ref"]
    parts = _rules()[reference.rpartition("/")[2]]["allOf"]
    return tuple(name for part in parts for name in part.get("else", {}).get("required", ()))


def table() -> Iterator[str]:
    """The lines of the documentation's table, in Markdown."""
    yield "| facet | of a | newest version | what becomes of it | refused without |"
    yield "|---|---|---|---|---|"
    for facet in KNOWN:
        fate = f"understood: {facet.becomes}" if facet.becomes else "kept verbatim"
        required = ", ".join(f"`{name}`" for name in required_of(facet)) or "–"
        yield f"| `{facet.key}` | {facet.place.label} | {facet.newest} | {fate} | {required} |"


@cache
def _rules() -> dict[str, Any]:
    text = (Path(__file__).parent / "events.schema.json").read_text(encoding="utf-8")
    rules: dict[str, Any] = json.loads(text)["$defs"]
    return rules
