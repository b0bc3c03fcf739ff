"""Moments and the two times of every question. Nothing here reads a clock but `system_clock`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lineage.errors import BadInput

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time now, in UTC, with microseconds."""
    return datetime.now(UTC)


def parse_moment(text: str) -> datetime:
    """An ISO 8601 moment in UTC. A bare day means its last microsecond: 'as of the 3rd' includes the 3rd.

    Raises BadInput when text is no moment or has no zone.
    """
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, 23, 59, 59, 999999, tzinfo=UTC)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"'{text}' is not a time", next_move="write 2026-03-04 or 2026-03-04T10:00:00Z"
        ) from error
    if moment.tzinfo is None:
        raise BadInput(f"'{text}' has no time zone", next_move=f"write {text}Z for UTC")
    return moment.astimezone(UTC)


def render_moment(moment: datetime) -> str:
    """RFC 3339 in UTC with six fractional digits: sorts as text, round-trips."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """The two times of a question, resolved: true in the world at `as_of`, known to the record at `known_at`.

    `log_size` is the number of log entries recorded at or before `known_at`.
    """

    as_of: datetime
    known_at: datetime
    log_size: int
