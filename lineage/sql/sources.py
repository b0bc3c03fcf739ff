"""Values of column lineage: a source column, and in which of OpenLineage's ways it takes part. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from lineage.errors import BadInput
from lineage.names import ColumnId


class Unfollowed(BadInput):
    """This part of the statement cannot be followed; the message says which."""


class Subtype(StrEnum):
    """How a source column takes part, in OpenLineage's words: the first three carry its value."""

    IDENTITY = "IDENTITY"
    TRANSFORMATION = "TRANSFORMATION"
    AGGREGATION = "AGGREGATION"
    JOIN = "JOIN"
    FILTER = "FILTER"
    GROUP_BY = "GROUP_BY"
    SORT = "SORT"
    WINDOW = "WINDOW"
    CONDITIONAL = "CONDITIONAL"

    @property
    def direct(self) -> bool:
        return self in _STRENGTH


_STRENGTH = {Subtype.IDENTITY: 0, Subtype.TRANSFORMATION: 1, Subtype.AGGREGATION: 2}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnSource:
    """One source column and how it takes part."""

    column: ColumnId
    subtype: Subtype

    def __hash__(self) -> int:
        return hash(self.column.column)  # enough to tell them apart, and a third of the time over wide tables

    @property
    def type(self) -> str:
        """DIRECT or INDIRECT."""
        return "DIRECT" if self.subtype.direct else "INDIRECT"


Sources: TypeAlias = frozenset[ColumnSource]
NOTHING: Sources = frozenset()


def through(sources: Sources, how: Subtype) -> Sources:
    """The sources of an expression that uses these as `how`.

    A value keeps the strongest of its ways (aggregated once, aggregated for good); what steered still does.
    """
    if how is Subtype.IDENTITY:
        return sources
    return frozenset(ColumnSource(column=s.column, subtype=_joined(s.subtype, how)) for s in sources)


def steering(sources: Iterable[ColumnSource], how: Subtype) -> Sources:
    """The sources of a condition, an order or a grouping: all steer as `how`, none carries a value."""
    return frozenset(ColumnSource(column=s.column, subtype=how) for s in sources)


def strongest(sources: Sources) -> tuple[ColumnSource, ...]:
    """Sorted, with at most one direct way for each column: the strongest."""
    if len(sources) < 2:
        return tuple(sources)
    best: dict[ColumnId, Subtype] = {}
    steer: set[ColumnSource] = set()
    for source in sources:
        if not source.subtype.direct:
            steer.add(source)
        elif source.column not in best or _STRENGTH[source.subtype] > _STRENGTH[best[source.column]]:
            best[source.column] = source.subtype
    direct = {ColumnSource(column=column, subtype=subtype) for column, subtype in best.items()}
    return tuple(sorted(direct | steer, key=_order))


def _order(source: ColumnSource) -> tuple[str, str, str, str]:
    dataset = source.column.dataset
    return (dataset.namespace, dataset.name, source.column.column, source.subtype.value)


def _joined(inner: Subtype, outer: Subtype) -> Subtype:
    if not inner.direct:
        return inner
    if not outer.direct:
        return outer
    return max(inner, outer, key=_STRENGTH.__getitem__)
