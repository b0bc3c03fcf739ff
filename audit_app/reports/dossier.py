"""What a report consists of, before anything is typeset or packed: text, tables, evidence. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.log.entry import Entry
from lineage.answers import Answer
from lineage.canonical import Json

#: What a table's cell may hold; None is an empty cell.
Cell: TypeAlias = "str | int | float | bool | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`name` is that of the CSV file; each row has a cell for each heading."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    text: str

    def to_json(self) -> dict[str, Json]:
        return {"kind": "paragraph", "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels with what is said to them; `exact` values are set in a typeface that tells 0 from O."""

    pairs: tuple[tuple[str, str], ...]
    exact: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Json]:
        pairs: list[Json] = [
            {"label": label, "value": value, "exact": label in self.exact} for label, value in self.pairs
        ]
        return {"kind": "facts", "pairs": pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table for people. `widths` are shares of the line; `exact` and `numbers` are indices of columns."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    exact: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": "grid",
            "caption": self.caption,
            "headings": list(self.headings),
            "rows": [list(row) for row in self.rows],
            "widths": list(self.widths),
            "exact": list(self.exact),
            "numbers": list(self.numbers),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list; each may bear a mark: `verified`, `failed`, `not_checkable`, or none."""

    items: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Json]:
        return {"kind": "items", "items": [{"mark": mark, "text": text} for mark, text in self.items]}


Block: TypeAlias = "Paragraph | Facts | Grid | Items"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    blocks: tuple[Block, ...]

    def to_json(self) -> dict[str, Json]:
        return {"title": self.title, "blocks": [block.to_json() for block in self.blocks]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A figure of the answer (a number, or a list's length, at path `answer`) that rows of a table give again."""

    what: str
    answer: tuple[str, ...]
    table: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledProof:
    """A prediction's leaf (its bytes as journaled), and its way to the root that log entry `entry` states."""

    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: str
    batch: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One report. `entries` are the log entries that its answer rests on, in order."""

    name: str
    title: str
    subject: str
    answer: Answer
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    totals: tuple[Total, ...]
    entries: tuple[Entry, ...]
    prediction: FiledProof | None = None

    @property
    def manifests(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == "manifest")
