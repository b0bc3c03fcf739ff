"""Events in the shapes that producers send them end in the right graph, checked by hand, whatever their order."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from catalog.catalog import Catalog
from catalog.graph.records import RunState
from lineage.actors import Actor
from lineage.graph import Direction, Level
from lineage.names import DatasetId, RunId
from tests.support import producers

SENDER = Actor(name="sender")
Events = Callable[[], Iterator[dict[str, Any]]]


def recorded(home: Path, events: Events, *, shuffled: int | None = None) -> Catalog:
    """A record that took the events singly, or shuffled and each of them twice in one batch."""
    catalog = Catalog.open(home)
    bodies = [json.dumps(each).encode() for each in events()]
    if shuffled is None:
        for body in bodies:
            catalog.intake.accept(body, actor=SENDER)
    else:
        bodies *= 2
        random.Random(shuffled).shuffle(bodies)
        catalog.intake.accept_all(bodies, actor=SENDER)
    return catalog


def upstream(catalog: Catalog, namespace: str, name: str, level: Level = Level.TABLE) -> set[tuple[str, str]]:
    """The edges, by the labels of their ends, of all that a dataset derives from."""
    graph = catalog.graph.walk(
        DatasetId(namespace=namespace, name=name),
        direction=Direction.UP,
        level=level,
        at=catalog.log.resolve(),
    )
    label = {node.id: node.label for node in graph.nodes}
    return {(label[edge.source], label[edge.target]) for edge in graph.edges}


def state(catalog: Catalog, run: str) -> RunState:
    return catalog.graph.run(RunId(UUID(producers.run_of(run))), catalog.log.resolve()).state


@pytest.mark.parametrize(
    ("events", "end", "tables"),
    [
        (
            producers.airflow,
            ("bigquery", "project.mart.orders"),
            {("project.raw.orders", "daily.copy"), ("daily.copy", "project.mart.orders")},
        ),
        (
            producers.dbt,
            ("postgres://db:5432", "shop.public.orders"),
            {
                ("shop.public.stg_orders", "shop.public.orders"),
                ("shop.public.orders", "shop.public.orders"),
            },
        ),
        (
            producers.flink,
            ("jdbc:mysql://db:3306", "shop.enriched"),
            {("clicks", "enrich"), ("users", "enrich"), ("enrich", "shop.enriched")},
        ),
        (
            producers.trino,
            ("trino://coordinator:8080", "lake.s.totals"),
            {
                ("lake.s.o", "20260101_000000_00001_abcde"),
                ("20260101_000000_00001_abcde", "lake.s.totals"),
            },
        ),
    ],
)
def test_tables_and_jobs_are_as_the_producer_meant(
    tmp_path: Path, events: Events, end: tuple[str, str], tables: set[tuple[str, str]]
) -> None:
    """What the last table derives from, edge by edge; shuffled and sent twice, the record is the same."""
    with recorded(tmp_path / "a", events) as catalog, recorded(tmp_path / "b", events, shuffled=4) as other:
        assert upstream(catalog, *end) == tables
        assert list(other.export()) == list(catalog.export())
        assert catalog.aspects.project() == catalog.log.size
        assert catalog.aspects.lag() == 0


@pytest.mark.parametrize(
    ("events", "end", "names"),
    [
        (producers.spark, ("s3://bucket", "warehouse/t2"), {"t1", "t2"}),
        (producers.hive, ("hdfs://namenode", "/w/t2"), {"t1", "t2"}),
    ],
)
def test_files_of_tables_are_one_with_them(
    tmp_path: Path, events: Events, end: tuple[str, str], names: set[str]
) -> None:
    """Path or catalog name, a table is one node, and its upstream is the table read."""
    with recorded(tmp_path / "a", events) as catalog, recorded(tmp_path / "b", events, shuffled=2) as other:
        edges = upstream(catalog, *end)
        tables = {label.replace("/", ".").rpartition(".")[2] for edge in edges for label in edge}
        assert names <= tables and len(edges) == 2
        assert list(other.export()) == list(catalog.export())
        assert catalog.aspects.project() == catalog.log.size


def test_columns_are_as_spark_says(tmp_path: Path) -> None:
    """A direct source, and a filter that all columns of the output depend on."""
    with recorded(tmp_path, producers.spark) as catalog:
        edges = upstream(catalog, "s3://bucket", "warehouse/t2", Level.COLUMN)
    sources = {source.rpartition(".")[2] for source, _ in edges}
    assert sources == {"a", "b"} and {target.rpartition(".")[2] for _, target in edges} == {"a"}


def test_runs_stand_where_their_events_leave_them(tmp_path: Path) -> None:
    """Streams run on, a lone COMPLETE is an end, a failed test is failed, an application is complete."""
    every = (
        producers.spark,
        producers.dbt,
        producers.flink,
        producers.hive,
        producers.trino,
        producers.airflow,
    )
    with recorded(tmp_path, lambda: (event for each in every for event in each())) as catalog:
        found = {
            run: state(catalog, run) for run in ("app", "query", "model", "test", "stream", "hive", "task")
        }
        task = catalog.graph.run(RunId(UUID(producers.run_of("task"))), catalog.log.resolve())
        children = catalog.graph.children(RunId(UUID(producers.run_of("app"))), catalog.log.resolve())
    complete, failed = RunState.COMPLETE, RunState.FAIL
    assert found == {
        "app": complete,
        "query": complete,
        "model": complete,
        "test": failed,
        "stream": RunState.RUNNING,
        "hive": complete,
        "task": complete,
    }
    assert task.told.query == ("bigquery", "bquxjob_1")
    assert task.told.root is not None and str(task.told.root.id) == producers.run_of("dag")
    assert [str(child.id) for child in children] == [producers.run_of("query")]
