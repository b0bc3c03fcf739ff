"""The same events make the same record in a file and in PostgreSQL: same log, same graph, same order of everything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.aspects.urns import dataset_urn
from catalog.catalog import Catalog
from catalog.databases.postgresql import postgresql
from lineage.actors import Role
from lineage.graph import Direction, Level
from lineage.names import DatasetId
from lineage.openlineage import InvalidEvent, ParsedEvent
from tests.support.graphs import MemoryGraph, columns, dataset, event, facet, graphs_in, mention
from tests.support.places import SQLITE, Place, Pool
from tests.support.record import ANNA, TurnableClock

pytestmark = pytest.mark.postgresql

# A language would sort these otherwise than their code points do.
_NAMES = [
    "\1",
    "",
    "A",
    "a",
    "B",
    "b",
    "_",
    "a-b",
    "a_b",
    "ä",
    "z",
    "é",
    "e\u0301",
    "日本",
    "\U0001f40d",
    "%",
    "'\"\\",
]
RULES = '[[namespaces]]\nfrom = "n"\nto = "warehouse"\n'
_NAME = st.sampled_from([each for each in _NAMES if each])


def _dataset(name: str, column: str, source: str) -> dict[str, Any]:
    stated = mention(
        name,
        schema=facet(fields=[{"name": column, "type": "T"}]),
        columnLineage=columns(**{column: [f"{source}.{column} DIRECT/IDENTITY"]}),
        symlinks=facet(identifiers=[{"namespace": source, "name": name, "type": "TABLE"}]),
    )
    return {**stated, "namespace": source}


_EVENTS = st.lists(
    st.builds(
        lambda job, run, reads, writes, column, minute: event(
            f"{job}/{run}", reads=reads, writes=[_dataset(writes, column, reads[0])], minute=minute
        ),
        _NAME.filter(lambda name: "/" not in name),
        st.sampled_from("rst"),
        st.lists(_NAME, min_size=1, max_size=3),
        _NAME,
        _NAME,
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture
def in_postgresql(postgresql_pool: Pool) -> Iterator[MemoryGraph]:
    address = postgresql_pool.take()
    database = postgresql(address)
    with graphs_in(lambda: database.writes):
        graph = MemoryGraph()
    yield graph
    database.close()
    postgresql_pool.give_back(address)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_EVENTS, st.sampled_from([each for each in _NAMES if each]))
def test_any_events_make_the_same_graph(
    in_postgresql: MemoryGraph, events: list[ParsedEvent], asked: str
) -> None:
    """Names of any characters: the sorted export, what is found and in which order, are equal."""
    in_memory = MemoryGraph(*events)
    in_postgresql.empty()
    in_postgresql.apply(*events)
    assert in_postgresql.export() == in_memory.export()
    for text in (asked, "\0"):
        found, wanted = (graph.reader.search(text, graph.at()) for graph in (in_postgresql, in_memory))
        assert found == wanted
    in_memory.close()


def body(number: int, read: str, written: str) -> bytes:
    job = {"namespace": "jobs", "name": f"job {number}"}
    about = {"eventType": "COMPLETE", "eventTime": "2026-03-04T11:00:00Z", "producer": "urn:test"}
    return orjson.dumps(
        {
            **about,
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": f"00000000-0000-4000-8000-{number:012}"},
            "job": job,
            "inputs": [{"namespace": "n", "name": read}],
            "outputs": [{"namespace": "n", "name": written}],
        }
    )


def test_a_record_is_the_same_in_both(tmp_path: Path, postgresql_pool: Pool) -> None:
    """Entries with their leaves, actors, aspects, refusals, walks: nothing tells which database keeps them."""
    address = postgresql_pool.take()
    told = [
        _told(Place(home=tmp_path / SQLITE)),
        _told(Place(home=tmp_path / "postgresql", address=address)),
    ]
    assert told[0] == told[1]
    postgresql_pool.give_back(address)


def _told(place: Place) -> list[Any]:
    ids = iter(f"id {number}" for number in range(100))
    with place.open(clock=TurnableClock(), new_id=lambda: next(ids)) as catalog:
        for number, (read, written) in enumerate(zip(_NAMES[3:], reversed(_NAMES[3:]), strict=True)):
            catalog.intake.accept(body(number, read, written), actor=ANNA)
        with pytest.raises(InvalidEvent):
            catalog.intake.accept(body(77, "a\0b", "b"), actor=ANNA)
        catalog.log.append("finding\0", {"x": "\0"}, actor=ANNA, event_id="\0")
        catalog.aspects.project()
        return [*_entries(catalog), *catalog.export(), catalog.aspects.urns(), _around(catalog)]


def _entries(catalog: Catalog) -> list[Any]:
    return [(entry.envelope.leaf, entry.payload) for entry in catalog.log.entries()]


def _around(catalog: Catalog) -> Any:
    at = catalog.log.resolve()
    start = DatasetId(namespace="n", name="ä")
    return catalog.graph.walk(start, direction=Direction.BOTH, level=Level.TABLE, at=at)


def test_actors_are_listed_in_one_order(place: Place) -> None:
    """Not as a language would sort them."""
    with place.open() as catalog:
        for name in ("b", "_", "B", "é", "a-b", "a", "A"):
            catalog.actors.add(name, Role.ENGINEER, by=ANNA)
        assert [actor.name for actor in catalog.actors.list()] == ["A", "B", "_", "a", "a-b", "b", "é"]


def test_columns_last_stated_are_the_same_in_both(place: Place) -> None:
    """One event reads a table at no version and writes its fifth: the columns are the fifth's, here and in aspects."""
    old, new = (facet(fields=[{"name": each, "type": "int"}]) for each in ("old", "new"))
    stated = orjson.loads(body(1, "", ""))
    stated["inputs"], stated["outputs"] = [mention("lake.t", schema=old)], [mention("lake.t@5", schema=new)]
    table = dataset("lake.t")
    with place.open() as catalog:
        catalog.intake.accept(orjson.dumps(stated), actor=ANNA)
        assert catalog.graph.columns(table, catalog.log.resolve()) == (("new", "int"),)
        catalog.aspects.project()
        schema = catalog.aspects.get(dataset_urn(table), "schemaMetadata")
        assert schema is not None and [each["fieldPath"] for each in schema["fields"]] == ["new"]


def test_rules_that_name_things_anew_are_the_same_in_both(tmp_path: Path, postgresql_pool: Pool) -> None:
    """Datasets already there get names that were not: numbered beside the others, joined, and rebuilt alike."""
    address = postgresql_pool.take()
    told = []
    for place in (Place(home=tmp_path / SQLITE), Place(home=tmp_path / "postgresql", address=address)):
        with place.open() as catalog:
            for number, name in enumerate(("Bucket", "bucket", "Other")):
                catalog.intake.accept(body(number, name, f"{name} out"), actor=ANNA)
        (place.home / "identity.toml").write_text(RULES)
        with place.open() as catalog:
            catalog.intake.accept(body(9, "OTHER", "more"), actor=ANNA)
            before = list(catalog.export())
            catalog.rebuild()
            assert list(catalog.export()) == before
            told.append(before)
    assert told[0] == told[1]
    postgresql_pool.give_back(address)
