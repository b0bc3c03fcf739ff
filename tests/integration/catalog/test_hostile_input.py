"""Nothing that comes in breaks the record: it is taken and understood, or refused with its faults."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.catalog import Catalog
from lineage.actors import Actor
from lineage.graph import Direction, Level
from lineage.names import DatasetId
from lineage.openlineage import InvalidEvent
from tests.support.facets import facet
from tests.support.hostile import hostile_events
from tests.support.record import event

ACTOR = Actor(name="fuzz")
MANY = settings(
    max_examples=100,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with Catalog.open(tmp_path_factory.mktemp("hostile")) as opened:
        yield opened


@MANY
@given(st.lists(hostile_events(), min_size=1, max_size=6))
def test_an_event_is_understood_or_refused(catalog: Catalog, bodies: list[bytes]) -> None:
    """Whatever stands in it; and what was taken can be asked about and becomes aspects."""
    for body, answer in zip(bodies, catalog.intake.accept_all(bodies, actor=ACTOR), strict=True):
        if isinstance(answer, InvalidEvent):
            assert answer.faults and all(fault.path.startswith("$") for fault in answer.faults)
            continue
        assert catalog.log.entry(answer.seq).payload == body
    catalog.aspects.project()
    assert catalog.aspects.lag() == 0


def test_what_was_taken_can_be_asked_about(catalog: Catalog) -> None:
    """Every run of the test before, and its job, up and down; and the record is the same when rebuilt."""
    at = catalog.log.resolve()
    for run in catalog.graph.runs(at=at, limit=200):
        assert isinstance(run.told.tags, tuple)
        assert isinstance(run.job_told.owners, tuple)
        catalog.graph.walk(run.id, direction=Direction.BOTH, level=Level.VERSION, at=at)
        catalog.graph.walk(run.job, direction=Direction.BOTH, level=Level.TABLE, at=at)
    before = list(catalog.export())
    catalog.rebuild()
    assert list(catalog.export()) == before


def accepted(catalog: Catalog, **changes: Any) -> None:
    catalog.intake.accept(event(99, **changes), actor=ACTOR)
    catalog.aspects.project()


def test_a_schema_of_fifty_thousand_columns_is_taken(catalog: Catalog) -> None:
    """Wide tables exist."""
    fields = [{"name": f"c{number}", "type": "string"} for number in range(50_000)]
    wide = {"namespace": "test", "name": "wide", "facets": {"schema": facet(fields=fields)}}
    accepted(catalog, outputs=[wide])
    name = DatasetId(namespace="test", name="wide")
    assert len(catalog.graph.columns(name, catalog.log.resolve())) == 50_000


def test_names_may_look_like_urns(tmp_path: Path) -> None:
    """Commas and parentheses in a name are part of the name, and no urn comes apart by them."""
    odd = "urn:li:dataset:(urn:li:dataPlatform:hive,a,PROD)"
    fields = [{"name": "a,b)(", "type": "int"}]
    outputs = [{"namespace": odd, "name": odd, "facets": {"schema": facet(fields=fields)}}]
    with Catalog.open(tmp_path) as opened:
        accepted(opened, inputs=[], outputs=outputs)
        [urn] = [urn for urn in opened.aspects.urns() if urn.startswith("urn:li:dataset:")]
    assert "%2C" in urn and urn.count(",") == 2 and urn.count("(") == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_times_at_the_ends_of_time_are_times(catalog: Catalog, moment: str) -> None:
    """Far in the past or to come: taken, visible to whoever asks as of then."""
    accepted(
        catalog, eventTime=moment, run={"runId": f"{hash(moment) % 10**8:08d}-0000-4000-8000-000000000000"}
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"eventTime": "2026-03-04T11:00:00Z", "eventTime": "2026-03-04T11:00:00Z"}',
        b'{"a": 9007199254740993}',
        b'{"a": NaN}',
        b'{"a": "\xed\xa0\x80"}',
        b"\xef\xbb\xbf{}",
        b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'"' + b"x" * 100_000,
        json.dumps({"a": "\ud800"}).encode(),
    ],
)
def test_broken_bodies_are_faults(catalog: Catalog, body: bytes) -> None:
    """JSON is read without latitude."""
    with pytest.raises(InvalidEvent):
        catalog.intake.accept(body, actor=ACTOR)


def test_deep_custom_facets_are_kept(catalog: Catalog) -> None:
    """Up to the limit of nesting, what a custom facet holds goes through log, graph and aspects."""
    deep: Any = "end"
    for _ in range(190):
        deep = {"in": deep}
    facets = {"acme_deep": facet(value=deep)}
    accepted(catalog, job={"namespace": "test", "name": "deep", "facets": facets})
