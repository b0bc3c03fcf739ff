"""Column lineage of an event whose job brings its SQL, for the outputs whose own lineage it does not bring.

By the columns that the event states of its datasets. Pure: the same event gives the same answers. They are kept for a
while, so that an event's later fellows, or who asks for them ahead, do not cost the parsing again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from lineage.certainty import NotCheckable
from lineage.columns import ColumnSources, statement_sources
from lineage.names import LAKE, DatasetId
from lineage.openlineage import EventDataset, ParsedEvent
from lineage.sql.dialects import DIALECTS, Dialect, dialect_named

Answer: TypeAlias = ColumnSources | NotCheckable

#: Facets by which a producer states column lineage itself; its word then stands.
_STATED = frozenset({"columnLineage", "lineage"})
#: Where tables are files, and SQL over them is Spark's unless said otherwise.
_FILES = frozenset({"file", "s3", "s3a", "s3n", "gs", "hdfs", "abfs", "abfss", "wasb", "wasbs", "dbfs"})
_RECORDS = frozenset({"struct", "record", "row"})
_MANY = 1_000  # columns; answers over more are kept for a few statements only


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that an answer depends on."""

    sql: str
    dialect: str
    target: DatasetId
    schemas: tuple[tuple[DatasetId, tuple[tuple[str, str], ...]], ...]
    names: tuple[tuple[DatasetId, tuple[str, ...]], ...]


def columns_of_sql(event: ParsedEvent) -> tuple[tuple[int, Answer], ...]:
    """For each output without column lineage of its own: its place among the outputs, and what the SQL says."""
    query = event.job_facets.get("sql", {}).get("query")
    places = [place for place, output in enumerate(event.outputs) if not _STATED & output.facets.keys()]
    if not isinstance(query, str) or not places or "lineage" in event.job_facets:
        return ()
    dialect = _dialect(event)
    if dialect is None:
        return tuple(
            (place, NotCheckable(reason="nobody says in which dialect the SQL is")) for place in places
        )
    return tuple((place, _answer(event, place, query, dialect)) for place in places)


def _answer(event: ParsedEvent, place: int, query: str, dialect: Dialect) -> Answer:
    mentioned = (*event.inputs, *event.outputs)
    schemas: dict[DatasetId, tuple[tuple[str, str], ...]] = {}
    names: dict[DatasetId, tuple[str, ...]] = {}
    for item in mentioned:
        if not schemas.get(item.id):
            schemas[item.id] = tuple(_fields(item.facets.get("schema", {}).get("fields") or ()))
        names[item.id] = (*names.get(item.id, ()), *_tables_named(item))
    asked = _Asked(query, dialect.name, event.outputs[place].id, tuple(schemas.items()), tuple(names.items()))
    wide = sum(map(len, schemas.values())) > _MANY
    found = _wide_answer(asked) if wide else _narrow_answer(asked)
    if isinstance(found, ColumnSources) and found.target is None and len(event.outputs) > 1:
        return NotCheckable(reason=f"which of the {len(event.outputs)} outputs the query fills is not said")
    return found


def _computed(asked: _Asked) -> Answer:
    return statement_sources(
        asked.sql,
        dict(asked.schemas),
        dialect=DIALECTS[asked.dialect],
        target=asked.target,
        names=dict(asked.names),
    )


_narrow_answer = lru_cache(maxsize=64)(_computed)
_wide_answer = lru_cache(maxsize=4)(_computed)


def _dialect(event: ParsedEvent) -> Dialect | None:
    """The one that the sql facet names; else that of the engine, or of all datasets alike."""
    stated = event.job_facets["sql"].get("dialect")
    if isinstance(stated, str) and stated.strip():
        return dialect_named(stated)
    named = [
        event.run_facets.get("processing_engine", {}).get("name"),
        event.job_facets.get("jobType", {}).get("integration"),
    ]
    for name in named:
        dialect = dialect_named(name) if isinstance(name, str) else None
        if dialect is not None:
            return dialect
    found = {_of_namespace(item.id.namespace) for item in (*event.inputs, *event.outputs)}
    return found.pop() if len(found) == 1 else None


def _of_namespace(namespace: str) -> Dialect | None:
    scheme = namespace.partition(":")[0].lower()
    return DIALECTS["spark"] if namespace == LAKE or scheme in _FILES else dialect_named(scheme)


def _tables_named(item: EventDataset) -> Iterator[str]:
    for other in item.facets.get("symlinks", {}).get("identifiers", ()):
        if str(other.get("type", "")).upper() == "TABLE":
            yield other["name"]


def _fields(fields: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and type of each field; a record's type with its own fields."""
    for field in fields:
        type_ = field.get("type") or ""
        inner = field.get("fields") or ()
        if inner and type_.lower() in _RECORDS:
            within = ",".join(f"`{name}`:{kind or 'string'}" for name, kind in _fields(inner))
            type_ = f"struct<{within}>"
        yield field["name"], type_
