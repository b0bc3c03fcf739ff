"""Events with something put into them that nobody means: for tests that nothing which comes in breaks anything."""

import copy
import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from hypothesis import strategies as st

from lineage.openlineage.coverage import Place
from tests.support import producers
from tests.support.facet_samples import SAMPLES
from tests.support.facets import carrying, facet

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

_NESTED: Json = 1
for _ in range(150):
    _NESTED = [_NESTED]

VALUES: tuple[Json, ...] = (
    None,
    True,
    0,
    -1,
    3.0,
    2**53,
    2**53 - 1,
    -1e308,
    float("nan"),
    "",
    " ",
    "\0",
    "\ud800",
    "a,b)(c",
    "%2C",
    "␟",
    "x@1#y/z",
    "/",
    "..",
    "urn:li:dataset:(urn:li:dataPlatform:hive,a(b),PROD)",
    "lakeproof://lake",
    "lakeproof://models",
    "lakeproof://deployments",
    "lakeproof://stated",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-03-04T10:00:00",
    "2016-12-31T23:59:60Z",
    "select * from (",
    "ÅÅ\u202e😀" * 40,
    "long" * 20_000,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"a": {"a": {"a": "a"}}},
    _NESTED,
)

#: Facets under the names that we use ourselves, in shapes of their own.
OURS: dict[str, Json] = {
    "lakeproof_sequence": facet(stream="urn:s", seq=3),
    "lakeproof_supersedes": facet(
        because="late",
        replaced=[{"dataset": {"namespace": "n", "name": "x"}, "version": "1", "where": "m = 1"}],
    ),
    "lakeproof_findings": facet(
        findings=[
            {"kind": "k", "severity": "minor", "subject": "s", "message": "m", "remedy": "r", "evidence": {}}
        ]
    ),
    "lakeproof_details": facet(kind="batch", details={"root": "00", "predictions": 3}),
    "lakeproof_environment": facet(code="c", lock_sha256="0", python="3", platform="p"),
}
_OURS_OF_DATASETS: dict[str, Json] = {
    "version": facet(datasetVersion="7"),
    "lakeproof_commits": facet(versions=[6, 7]),
    "lakeproof_model": facet(digest="d", file_sha256="f", mlflow_run="m", features=["a"]),
}


def bases() -> Iterator[Json]:
    """Events that are fine as they are."""
    for (place, key), samples in SAMPLES.items():
        yield carrying(place, {key: samples[-1]})
    yield carrying(Place.RUN, OURS)
    yield carrying(Place.DATASET, _OURS_OF_DATASETS)
    for producer in (producers.spark, producers.airflow, producers.dbt, producers.hive):
        yield from producer()


def paths(value: Json, path: Path = ()) -> Iterator[Path]:
    """The path of everything in value."""
    yield path
    inner: Iterator[tuple[str | int, Json]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for step, each in inner:
        yield from paths(each, (*path, step))


def put(event: Json, path: Path, value: Json) -> Json:
    """A copy of event with value at path."""
    if not path:
        return value
    changed = copy.deepcopy(event)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


_BASES = tuple(bases())


@st.composite
def hostile_events(draw: st.DrawFn) -> bytes:
    """The bytes of an event with one to three things replaced."""
    event = draw(st.sampled_from(_BASES))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths(event))))
        event = put(event, path, draw(st.sampled_from(VALUES)))
        if not isinstance(event, dict):
            break
    return json.dumps(event, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
