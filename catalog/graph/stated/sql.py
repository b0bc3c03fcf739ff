"""What the SQL of an event's job says of columns, for outputs of which the producer says nothing. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.graph.stated.columns import ColumnEdge, ColumnsFact
from catalog.graph.stated.flows import versions_of
from lineage.columns import ColumnSources
from lineage.event_columns import columns_of_sql
from lineage.names import DatasetId
from lineage.openlineage import EventDataset, ParsedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfollowedFact:
    """What the SQL of an output's job does not settle: (column, reason) pairs; without a column for all of it."""

    dataset: DatasetId
    reasons: tuple[tuple[str, str], ...]


def columns_from_sql(
    stated: ParsedEvent, event: ParsedEvent
) -> tuple[tuple[ColumnsFact, ...], tuple[UnfollowedFact, ...]]:
    """What the SQL says of outputs that state no lineage. event is stated with datasets under their one name."""
    answers = columns_of_sql(stated)
    if not answers:
        return (), ()
    called = _names(stated, event)
    facts: list[ColumnsFact] = []
    unfollowed: list[UnfollowedFact] = []
    for place, found in answers:
        dataset = event.outputs[place].id
        if not isinstance(found, ColumnSources):
            unfollowed.append(UnfollowedFact(dataset=dataset, reasons=(("", found.reason),)))
            continue
        own = called[stated.outputs[place].id][1]
        edges = set(_told(found, called, own))
        facts.append(
            ColumnsFact(
                dataset=dataset,
                version=versions_of(event.outputs[place])[-1],
                members=tuple(sorted(own.get(name, name) for name in found.outputs)),
                edges=tuple(sorted(edges, key=ColumnEdge.sort_key)),
                derived=True,
            )
        )
        if found.unchecked:
            reasons = sorted((own.get(name, name), why) for name, why in found.unchecked.items())
            unfollowed.append(UnfollowedFact(dataset=dataset, reasons=tuple(reasons)))
    return tuple(facts), tuple(unfollowed)


def _names(
    stated: ParsedEvent, event: ParsedEvent
) -> Mapping[DatasetId, tuple[DatasetId, Mapping[str, str]]]:
    """The one name of each dataset that the event states, and of its columns."""
    called: dict[DatasetId, tuple[DatasetId, dict[str, str]]] = {}
    pairs = zip((*stated.inputs, *stated.outputs), (*event.inputs, *event.outputs), strict=True)
    for before, after in pairs:
        _, columns = called.setdefault(before.id, (after.id, {}))
        fields = zip(_columns_of(before), _columns_of(after), strict=True)
        columns.update((old["name"], new["name"]) for old, new in fields)
    return called


def _columns_of(item: EventDataset) -> Sequence[Mapping[str, Any]]:
    return item.facets.get("schema", {}).get("fields") or ()


def _told(
    found: ColumnSources,
    called: Mapping[DatasetId, tuple[DatasetId, Mapping[str, str]]],
    own: Mapping[str, str],
) -> Iterator[ColumnEdge]:
    every = [*((own.get(name, name), sources) for name, sources in found.outputs.items()), (None, found.rows)]
    for target, sources in every:
        for source in sources:
            dataset, columns = called[source.column.dataset]
            column = columns.get(source.column.column, source.column.column)
            kind = f"{source.type}/{source.subtype}"
            yield ColumnEdge(target=target, source=dataset, column=column, transformation=kind)
