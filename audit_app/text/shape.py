"""How lines are shaped: headings, aligned labels, ids cut to what an eye can compare. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from audit_app.naming import in_ranges
from lineage.errors import BadInput
from lineage.names import TableVersion

_LABEL = 16


def line(label: str, value: object) -> str:
    """A label and its value, aligned."""
    return f"  {label.ljust(_LABEL)} {value}"


def section(title: str, lines: Iterable[str]) -> list[str]:
    """A title and its lines; nothing at all when there are none."""
    listed = list(lines)
    return ["", title, *listed] if listed else []


def joined(values: Sequence[object], *, none: str = "none") -> str:
    return ", ".join(map(str, values)) or none


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 table`, `2 tables`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def short(digest: str) -> str:
    """The first 16 characters of a digest or id, marked as cut."""
    return digest if len(digest) <= 16 else f"{digest[:16]}…"


def day_and_time(moment: Any) -> str:
    """`2026-03-04T12:00:00.000000Z` as `2026-03-04 12:00:00 UTC`."""
    text = "" if moment is None else str(moment)
    return f"{text[:10]} {text[11:19]} UTC" if len(text) >= 19 else text or "unknown"


def ranges(versions: Iterable[str]) -> list[str]:
    """Table versions, a line for each table: `gold.loans @3–@7`; then what is foreign, each by itself."""
    parsed, foreign = list[TableVersion](), list[str]()
    for version in versions:
        try:
            parsed.append(TableVersion.parse(version))
        except BadInput:
            foreign.append(version)
    return [*(f"{table} {numbers}" for table, numbers in in_ranges(tuple(parsed)).items()), *foreign]
