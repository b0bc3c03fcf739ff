"""The columns that an event states: schemas, and what columns derive from, by either of the facets that say so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from catalog.graph.compact import compact
from catalog.graph.stated.explicit import Source, column_sources
from catalog.graph.stated.flows import versions_of
from lineage.canonical import sha256
from lineage.names import DatasetId
from lineage.openlineage import EventDataset, ParsedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFact:
    """`fields`: (name, type) in order; nested fields as `outer.inner`."""

    dataset: DatasetId
    version: str | None
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnEdge:
    """`target` None: every column of the output depends on the source."""

    target: str | None
    source: DatasetId
    column: str
    transformation: str

    def sort_key(self) -> tuple[str, DatasetId, str, str]:
        return (self.target or "", self.source, self.column, self.transformation)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsFact:
    """The column lineage of one output. `digest` identifies what it says, whichever run says it.

    `derived`: read by us from the job's SQL, and not stated by the producer.
    """

    dataset: DatasetId
    version: str | None
    members: tuple[str, ...]
    edges: tuple[ColumnEdge, ...]
    derived: bool = False
    digest: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        edges = [
            [e.target, e.source.namespace, e.source.name, e.column, e.transformation] for e in self.edges
        ]
        said = [self.dataset.namespace, self.dataset.name, self.members, edges]
        digest = sha256(compact([*said, "derived"] if self.derived else said).encode())
        object.__setattr__(
            self, "digest", digest
        )  # asked for by every step of writing, and wide tables are long


#: An edge as text: target, the source's namespace and name, its column, transformation.
_Edge: TypeAlias = tuple[str | None, str, str, str, str]


def schemas_of(item: EventDataset) -> Iterator[SchemaFact]:
    """The schema of a dataset as an event mentions it, if it does."""
    schema = item.facets.get("schema")
    if schema is not None and schema.get("fields"):
        fields = tuple(_fields(schema["fields"], ""))
        yield SchemaFact(dataset=item.id, version=versions_of(item)[-1], fields=fields)


def _fields(fields: Iterable[Mapping[str, Any]], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for each in fields:
        name = prefix + each["name"]
        found.append((name, each.get("type", "")))
        if "fields" in each:
            found += _fields(each["fields"], f"{name}.")
    return found


def columns_of(event: ParsedEvent) -> tuple[ColumnsFact, ...]:
    """The column lineage of each dataset that the event states one for; an empty one, where it takes that back."""
    stated: dict[DatasetId, list[Source]] = {}
    for source in column_sources(event):
        stated.setdefault(source.target, []).append(source)
    written = [*event.outputs, *((event.dataset,) if event.dataset is not None else ())]
    known = {item.id for item in written}
    written += [
        EventDataset(id=target, version=None, facets={}, io_facets={})
        for target in stated
        if target not in known
    ]
    found = (_columns(item, stated.get(item.id, ())) for item in written)
    return tuple(dict.fromkeys(fact for fact in found if fact is not None))


def renamed_columns(event: ParsedEvent, before: DatasetId, after: DatasetId) -> Iterator[ColumnsFact]:
    """That each column of after is the one of the same name of before, where the event says which there are."""
    for item in event.outputs:
        names = [name for fact in schemas_of(item) for name, _ in fact.fields] if item.id == after else []
        edges = {
            ColumnEdge(target=name, source=before, column=name, transformation="DIRECT/IDENTITY")
            for name in names
        }
        if edges:
            yield ColumnsFact(
                dataset=after,
                version=None,
                members=tuple(sorted(set(names))),
                edges=tuple(sorted(edges, key=ColumnEdge.sort_key)),
            )


def _columns(item: EventDataset, stated: Iterable[Source]) -> ColumnsFact | None:
    edges: dict[_Edge, None] = {}
    targets: set[str] = set()
    facet = item.facets.get("columnLineage")
    if facet is not None:
        targets.update(facet["fields"])
        for target, sources in facet["fields"].items():
            kind = _transformation(sources.get("transformationType"), None)
            edges.update(dict.fromkeys(_edges(target, sources["inputFields"], kind)))
        edges.update(dict.fromkeys(_edges(None, facet.get("dataset", ()), "")))
    for source in stated:
        targets.update([source.column] if source.column is not None else ())
        edges.update(dict.fromkeys(_edges(source.column, [source.stated], "")))
    if facet is None and not edges and "columnLineage" not in item.gone:
        return None
    columns = {name for fact in schemas_of(item) for name, _ in fact.fields}
    return ColumnsFact(
        dataset=item.id,
        version=versions_of(item)[-1],
        members=tuple(sorted({*targets, *columns})),
        edges=_in_order(edges),
    )


def _in_order(edges: Iterable[_Edge]) -> tuple[ColumnEdge, ...]:
    """As `ColumnEdge.sort_key` has them, compared as plain text."""
    named: dict[tuple[str, str], DatasetId] = {}
    found: list[ColumnEdge] = []
    for target, namespace, name, column, kind in sorted(edges, key=_order):
        source = named.get((namespace, name))
        if source is None:
            source = named[namespace, name] = DatasetId(namespace=namespace, name=name)
        found.append(ColumnEdge(target=target, source=source, column=column, transformation=kind))
    return tuple(found)


def _order(edge: _Edge) -> tuple[str, ...]:
    return (edge[0] or "", *edge[1:])


def _edges(target: str | None, sources: Iterable[Mapping[str, Any]], default: str) -> Iterator[_Edge]:
    for source in sources:
        named = (target, source["namespace"], source["name"], source["field"])
        stated = source.get("transformations")
        if stated:
            for each in stated:
                yield (*named, _transformation(each["type"], each.get("subtype")))
        else:
            yield (*named, default)


def _transformation(kind: str | None, subtype: str | None) -> str:
    """`DIRECT/IDENTITY`; the first version of the facet named only IDENTITY or MASKED, both direct."""
    if kind in {"IDENTITY", "MASKED"}:
        return f"DIRECT/{kind}"
    return f"{kind}/{subtype}" if subtype else kind or ""
