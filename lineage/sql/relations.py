"""Relations: what a table, a subquery or a whole statement gives, column by column with its sources. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from lineage.sql.sources import NOTHING, Sources, Unfollowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a relation. `key` is what names are compared by; both names are None where it has none.

    `sources` is None where they are not known, and `why` then says why. `type` is the SQL type, of real columns only.
    """

    name: str | None
    key: str | None
    sources: Sources | None
    why: str = ""
    type: str = ""

    def read(self) -> Sources:
        """Raise Unfollowed where the sources are not known."""
        if self.sources is None:
            raise Unfollowed(self.why)
        return self.sources


@dataclass(frozen=True, kw_only=True)
class Relation:
    """`columns` in order; `rows` is what filtered, joined, grouped or sorted them.

    `open` says which columns there may be beside the named ones; empty: none. `element`: the one column is
    a value whose fields can be named as if they were columns.
    """

    columns: Sequence[Column]
    rows: Sources = NOTHING
    open: str = ""
    element: bool = False

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Column, ...]]:
        found: dict[str, tuple[Column, ...]] = {}
        for column in self.columns:
            if column.key is not None:
                found[column.key] = (*found.get(column.key, ()), column)
        return MappingProxyType(found)

    @property
    def values(self) -> Sources:
        """The sources of all columns. Raises Unfollowed where one is not known."""
        return NOTHING.union(*(column.read() for column in self.columns))

    def renamed(self, names: Sequence[tuple[str, str]]) -> "Relation":
        """With other names, (key, name) each, from the first column on."""
        if len(names) > len(self.columns):
            raise Unfollowed("a list of columns longer than what it names")
        renamed = [
            replace(column, key=key, name=name)
            for column, (key, name) in zip(self.columns, names, strict=False)
        ]
        return Relation(columns=(*renamed, *self.columns[len(names) :]), rows=self.rows, open=self.open)

    def steered(self, rows: Sources) -> "Relation":
        """With more that steered the rows."""
        return replace(self, rows=self.rows | rows) if rows - self.rows else self


EMPTY = Relation(columns=())


def unnamed_columns(columns: Iterable[Column]) -> str:
    """What to say of columns whose names only the engine knows."""
    return "columns without a name" if any(column.key is None for column in columns) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A relation that stands in FROM. `parts`: the keys of its name, the last one first; none: no name.

    `hidden`: names of its columns that a star of the whole FROM shows once, merged with another's.
    """

    parts: tuple[str, ...]
    relation: Relation

    def called(self, qualifier: Sequence[str]) -> bool:
        """Whether `a.b` before a column's name can mean this source."""
        turned = tuple(reversed(qualifier))
        return bool(turned) and turned == self.parts[: len(turned)]


@dataclass(kw_only=True)
class From:
    """What a FROM clause has brought together so far. `star`: the columns of `*`, in order."""

    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Column] = field(default_factory=dict)
    star: list[Column] = field(default_factory=list)
    rows: Sources = NOTHING

    def add(self, source: Source) -> None:
        self.sources.append(source)
        self.star += source.relation.columns
        self.rows |= source.relation.rows
