"""Marquez's node ids, `dataset:NAMESPACE:NAME` and the like, to names and back. Pure.

Namespaces and names hold colons themselves (`s3://lake`, `postgres://host:5432`), so an id may be read in several
ways. All are given, likeliest first; the record knows which of them there is.
"""

import re
from collections.abc import Iterator

from catalog.marquez.errors import BadNode
from lineage.names import ColumnId, DatasetId, JobId

DATASET, JOB, FIELD = "dataset", "job", "datasetField"

# A colon of `scheme://` or `host:5432` parts nothing, where it can be helped.
_PARTS = re.compile(r":(?!//|\d+(?:/|:|\Z))")


def parse_node(text: str) -> tuple[DatasetId, ...] | tuple[JobId, ...] | tuple[ColumnId, ...]:
    """What the node id may mean, likeliest first. Raises BadNode when it can mean nothing."""
    kind, _, rest = text.partition(":")
    found: list[DatasetId] | list[JobId] | list[ColumnId]
    match kind:
        case "dataset":
            found = [DatasetId(namespace=space, name=name) for space, name in _splits(rest)]
        case "job":
            found = [JobId(namespace=space, name=name) for space, name in _splits(rest)]
        case "datasetField":
            found = list(_fields(rest))
        case _:
            found = []
    if not found:
        raise BadNode(
            f"'{text[:200]}' is not a node id",
            next_move="write dataset:NAMESPACE:NAME, job:NAMESPACE:NAME or datasetField:NAMESPACE:NAME:FIELD",
        )
    return tuple(found)  # type: ignore[return-value]


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every place where a colon may part text, the likely ones first."""
    likely = [found.start() for found in _PARTS.finditer(text)]
    others = [place for place, letter in enumerate(text) if letter == ":" and place not in likely]
    for place in (*likely, *others):
        if 0 < place < len(text) - 1:
            yield text[:place], text[place + 1 :]


def _fields(text: str) -> Iterator[ColumnId]:
    """Columns seldom hold a colon: the last one parts them off."""
    places = [place for place, letter in enumerate(text) if letter == ":"]
    for place in reversed(places):
        for namespace, name in _splits(text[:place]):
            if text[place + 1 :]:
                yield ColumnId(dataset=DatasetId(namespace=namespace, name=name), column=text[place + 1 :])


def dataset_id(dataset: DatasetId) -> str:
    return f"{DATASET}:{dataset.namespace}:{dataset.name}"


def job_id(job: JobId) -> str:
    return f"{JOB}:{job.namespace}:{job.name}"


def field_id(dataset: DatasetId, field: str) -> str:
    return f"{FIELD}:{dataset.namespace}:{dataset.name}:{field}"
