"""Claims about columns whose lineage the record read from SQL, or could not: what the question says of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit_app.questions.lineage import lineage
from audit_app.sources import Sources
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lineage.actors import Actor
from lineage.answers import Answer
from lineage.certainty import NotCheckable
from lineage.errors import NotFound
from lineage.graph import Direction, Level
from tests.support.graphs import facet

SPACE = "postgres://db:5432"


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    with Catalog.open(tmp_path) as catalog:
        yield Sources(catalog=catalog, lake=Lake(tmp_path / "lake"))


def accept(sources: Sources, sql: str, *outputs: str) -> None:
    """A run of a foreign job over `shop.orders` (id, amt), by its event's bytes."""
    orders = facet(fields=[{"name": "id", "type": "int"}, {"name": "amt", "type": "int"}])
    event = {
        "eventType": "COMPLETE",
        "eventTime": "2026-03-01T12:00:00Z",
        "producer": "https://example.com/airflow",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "01941c5c-6e3c-7a53-9b2e-2f1b7e6a9c01"},
        "job": {"namespace": "airflow", "name": "daily.totals", "facets": {"sql": facet(query=sql)}},
        "inputs": [{"namespace": SPACE, "name": "db.shop.orders", "facets": {"schema": orders}}],
        "outputs": [{"namespace": SPACE, "name": f"db.shop.{name}"} for name in outputs],
    }
    sources.catalog.intake.accept(json.dumps(event).encode(), actor=Actor(name="airflow"))


def ask(sources: Sources, subject: str) -> Answer:
    at = sources.catalog.log.resolve(None, None)
    return lineage(sources, subject, direction=Direction.UP, depth=None, level=Level.COLUMN, at=at)


def sources_in(answer: Answer) -> set[tuple[Any, ...]]:
    edges: Any = answer.answer["edges"]
    return {(edge["source"].rpartition("/")[2], edge["transformation"], edge["certainty"]) for edge in edges}


def test_a_foreign_producers_sql_is_read_when_it_arrives(sources: Sources) -> None:
    """Any producer that sends SQL and schemas has column lineage, marked as matched."""
    accept(
        sources, "insert into shop.totals (k, s) select id, sum(amt) from shop.orders group by id", "totals"
    )
    answer = ask(sources, f"{SPACE}/db.shop.totals#s")
    assert sources_in(answer) == {
        ("db.shop.orders#amt", "DIRECT/AGGREGATION", "matched"),
        ("db.shop.orders#id", "INDIRECT/GROUP_BY", "matched"),
    }
    assert answer.coverage.status == "verified"


def test_a_column_left_open_makes_the_answer_not_checkable(sources: Sources) -> None:
    """The answer shows what is known and says what is not, and why."""
    accept(sources, "insert into shop.totals (k, s) select id, nobody from shop.orders", "totals")
    answer = ask(sources, f"{SPACE}/db.shop.totals#k")
    assert sources_in(answer) == {("db.shop.orders#id", "DIRECT/IDENTITY", "matched")}
    assert isinstance(answer.coverage.verdict, NotCheckable)
    assert "column s" in answer.coverage.verdict.reason and "nobody" in answer.coverage.verdict.reason


def test_asking_for_a_column_of_sql_that_cannot_be_followed_says_why(sources: Sources) -> None:
    """There is no column to begin with, and the message names the reason."""
    accept(sources, "insert into shop.totals select * from shop.elsewhere", "totals")
    with pytest.raises(NotFound, match=r"not checkable.*shop\.elsewhere"):
        ask(sources, f"{SPACE}/db.shop.totals#k")
