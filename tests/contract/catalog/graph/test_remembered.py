"""What is remembered from event to event is bounded in size, not only in number: a sender chooses its texts."""

from catalog.graph import group
from catalog.identity.naming import _settled_by, named
from lineage.identity import packaged
from lineage.openlineage import validate
from lineage.openlineage.validate import parse_event_time
from tests.support.graphs import MemoryGraph, event, facet, mention


def test_a_moment_with_digits_without_end_is_read_and_not_remembered() -> None:
    """The specification allows them; one with nanoseconds and a zone is asked for twice and read once."""
    validate._kept_moment.cache_clear()
    long, short = (f"2026-03-04T10:00:00.1234567{digits}+01:00" for digits in ("8" * 5000, "89"))
    assert parse_event_time(long) == parse_event_time(short) == parse_event_time(short)
    kept = validate._kept_moment.cache_info()
    assert (kept.misses, kept.hits) == (1, 1)


def test_a_schema_of_few_but_long_columns_is_not_remembered() -> None:
    """A type may be as long as an event; the columns are kept in the graph all the same."""
    group._kept_body.cache_clear()
    long, short = (facet(fields=[{"name": "x", "type": type_}]) for type_ in ("t" * 20_000, "int"))
    graph = MemoryGraph(event("r", writes=[mention("a", schema=long), mention("b", schema=short)]))
    assert group._kept_body.cache_info().currsize == 1
    assert any("t" * 20_000 in line for line in graph.export())
    graph.close()


def test_a_long_name_is_not_remembered() -> None:
    """Nor does it change what the event says."""
    rules = packaged()
    kept = _settled_by(rules)
    kept.clear()
    said = event("r", reads=["a" * 1000], writes=["b"])
    assert named(said, rules) is said
    assert set(kept) == {("warehouse", "b")}
