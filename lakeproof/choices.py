"""What `--set NAME=VALUE` chooses of a lineage: which nodes, which page, and the times to compare with. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lineage.errors import BadInput
from lineage.graph import Direction, Level, NodeKind
from lineage.times import parse_moment

if TYPE_CHECKING:
    from audit_app.questions.lineage import Extent

_NAMES = ("kinds", "limit", "next", "diff_as_of", "diff_known_at")


def read_choices(
    chosen: Sequence[str], *, direction: Direction, depth: int, level: Level
) -> "tuple[Extent, datetime | None, datetime | None]":
    """The extent, and the two times to compare with, if any. Raises BadInput for what cannot be read."""
    from audit_app.questions.lineage import Extent
    from catalog.graph.reader import LIMIT

    values: dict[str, str] = {}
    for each in chosen:
        name, equals, value = each.partition("=")
        if not equals or name not in _NAMES:
            raise BadInput(
                f"'{each}' chooses nothing", next_move=f"write NAME=VALUE with {', '.join(_NAMES)}"
            )
        values[name] = value
    extent = Extent(
        direction=direction,
        depth=depth,
        level=level,
        kinds=read_kinds(values.get("kinds", "")),
        limit=_limit(values.get("limit", str(LIMIT))),
        after=values.get("next"),
    )
    times = [parse_moment(values[name]) if name in values else None for name in _NAMES[3:]]
    return extent, times[0], times[1]


def read_kinds(text: str) -> frozenset[NodeKind]:
    """Kinds of nodes with commas between; none for an empty text. Raises BadInput."""
    try:
        return frozenset(NodeKind(kind.strip()) for kind in text.split(",") if kind.strip())
    except ValueError as error:
        kinds = ", ".join(NodeKind)
        raise BadInput(f"'{text}' are not kinds of nodes", next_move=f"kinds are {kinds}") from error


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise BadInput(f"'{text}' is no limit", next_move="write a number from 1 to 1000000")
    return int(text)
