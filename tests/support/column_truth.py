"""Measure column lineage of SQL against the truth set; `python -m tests.support.column_truth` writes docs/columns.md.

An edge is (source column, output column or every column, subtype). Precision: how many edges told are true.
Recall: how many true edges are told.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lineage.certainty import NotCheckable
from lineage.columns import ColumnSource, ColumnSources, Fields, statement_sources
from lineage.names import DatasetId
from lineage.sql.dialects import DIALECTS

ROOT = Path(__file__).parents[2]
TRUTH = ROOT / "tests" / "golden" / "columns" / "truth.toml"
PAGE = ROOT / "docs" / "columns.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"

EVERY = "*"
#: Source column as `dataset.column`, output column or EVERY, subtype.
Edge: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A statement with its answer. `reasons`: output column, or EVERY, → words of why it is not checkable."""

    name: str
    category: str
    dialect: str
    sql: str
    schemas: Mapping[DatasetId, Fields]
    target: DatasetId | None
    columns: frozenset[str]
    edges: frozenset[Edge]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the code answers, in the same form."""

    columns: frozenset[str]
    edges: frozenset[Edge]
    reasons: Mapping[str, str]


def cases() -> tuple[Case, ...]:
    truth = tomllib.loads(TRUTH.read_text(encoding="utf-8"))
    return tuple(_case(case, truth["tables"]) for case in truth["case"])


def told(case: Case) -> Told:
    """What `statement_sources` says of a case."""
    found = statement_sources(case.sql, case.schemas, dialect=DIALECTS[case.dialect], target=case.target)
    if isinstance(found, NotCheckable):
        return Told(columns=frozenset(), edges=frozenset(), reasons={EVERY: found.reason})
    return Told(columns=frozenset(found.outputs), edges=frozenset(_edges(found)), reasons=found.unchecked)


def page(before: str) -> str:
    """The page with the table of today between its two marks."""
    head, _, rest = before.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table()}{END}{tail}"


def table() -> str:
    """Category, statements, edges, precision, recall, what is not checkable; the last line is the sum."""
    groups: dict[str, list[Case]] = {}
    for case in cases():
        groups.setdefault(case.category, []).append(case)
    lines = [
        "| category | statements | true edges | precision | recall | not checkable, and said so |",
        "|---|---:|---:|---:|---:|---:|",
        *(_line(name, group) for name, group in groups.items()),
        _line("**all**", cases()),
    ]
    dialects = Counter(case.dialect for case in cases()).most_common()
    spoken = ", ".join(f"{name} {count}" for name, count in dialects)
    return "\n".join([*lines, "", f"Statements by dialect: {spoken}."]) + "\n"


def _line(name: str, group: Iterable[Case]) -> str:
    pairs = [(case, told(case)) for case in group]
    true = sum(len(case.edges) for case, _ in pairs)
    said = sum(len(answer.edges) for _, answer in pairs)
    right = sum(len(case.edges & answer.edges) for case, answer in pairs)
    unknown = sum(len(case.reasons) for case, _ in pairs)
    admitted = sum(len(case.reasons.keys() & answer.reasons.keys()) for case, answer in pairs)
    admitting = f"{admitted} of {unknown}" if unknown else ""
    return f"| {name} | {len(pairs)} | {true} | {_share(right, said)} | {_share(right, true)} | {admitting} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _case(case: Mapping[str, Any], common: Mapping[str, str]) -> Case:
    tables = case.get("tables", common)
    schemas = {_dataset(name): _fields(text) for name, text in tables.items()}
    stated = {name: text for name, text in case.get("columns", {}).items() if not text.startswith("?")}
    edges = {edge for name, text in stated.items() for edge in _stated(name, text, schemas)}
    edges |= set(_stated(EVERY, case.get("rows", ""), schemas))
    reasons = {name: text[1:].strip() for name, text in case.get("columns", {}).items() if name not in stated}
    if "unchecked" in case:
        reasons[EVERY] = case["unchecked"]
    return Case(
        name=case["name"],
        category=case["category"],
        dialect=case.get("dialect", "spark"),
        sql=case["sql"],
        schemas=schemas,
        target=_dataset(case["target"]) if "target" in case else None,
        columns=frozenset(stated),
        edges=frozenset(edges),
        reasons=reasons,
    )


def _dataset(name: str) -> DatasetId:
    return DatasetId(namespace="warehouse", name=name)


def _fields(text: str) -> Fields:
    pairs = (field.rpartition(" ") for field in text.split(", "))
    return [(name, type_.replace(";", ",")) for name, _, type_ in pairs]


def _stated(output: str, text: str, schemas: Mapping[DatasetId, Fields]) -> Iterable[Edge]:
    for part in filter(None, (part.strip() for part in text.split(";"))):
        subtype, *sources = part.split()
        for source in sources:
            yield _real(source, schemas), output, subtype


def _real(label: str, schemas: Mapping[DatasetId, Fields]) -> str:
    """`dataset.column` in full of a label that leaves out the beginning of the dataset's name."""
    every = [f"{dataset.name}.{column}" for dataset, fields in schemas.items() for column, _ in fields]
    (found,) = [name for name in every if f".{name}".endswith(f".{label}")]
    return found


def _edges(found: ColumnSources) -> Iterable[Edge]:
    for output, sources in [*found.outputs.items(), (EVERY, found.rows)]:
        for source in sources:
            yield _spelt(source), output, source.subtype.value


def _spelt(source: ColumnSource) -> str:
    return f"{source.column.dataset.name}.{source.column.column}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
