"""What a user may set, read once at the entry: options first, then LAKEPROOF_* of the environment."""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lineage.errors import BadInput

PREFIX = "LAKEPROOF_"
SCORING = "LAKEPROOF_SCORING_"  # the scoring service reads its own
KNOWN = frozenset(
    {
        "HOME",
        "ACTOR",
        "TOKEN",
        "WITHOUT_TOKEN",
        "CATALOG_URL",
        "DATABASE",
        "DEBUG",
        "WAITING_REQUESTS",
        "WAITING_BYTES",
        "TIMESTAMP_URL",
        "TIMESTAMP_ROOTS",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`token` authenticates; without it `actor` is only asserted. `json` chooses the output.

    `database` is the address of the record's PostgreSQL database, None where it is a file in the home. It may
    hold a password, so there is no option for it: everybody on a machine may read its command lines.
    `timestamp_url` is a time stamp authority (RFC 3161), `timestamp_roots` the PEM file its certificates are under.
    `waiting_requests` and `waiting_bytes` bound what waits to be logged; beyond them the record answers 429.
    `as_of` and `known_at` are the two times of a question, None where left out.
    """

    home: Path
    actor: str
    token: str | None = field(repr=False)
    json: bool
    without_token: bool
    database: str | None = field(default=None, repr=False)
    timestamp_url: str | None = None
    timestamp_roots: Path | None = None
    waiting_requests: int = 256
    waiting_bytes: int = 128 * 2**20
    as_of: datetime | None = None
    known_at: datetime | None = None


def read_settings(
    environment: Mapping[str, str], *, home: Path | None = None, actor: str | None = None, json: bool = False
) -> Settings:
    """Combine options with the environment. Raises BadInput on an unknown LAKEPROOF_ variable."""
    given = {
        key.removeprefix(PREFIX): value
        for key, value in environment.items()
        if key.startswith(PREFIX) and not key.startswith(SCORING)
    }
    unknown = sorted(given.keys() - KNOWN)
    if unknown:
        raise BadInput(
            f"unknown setting {', '.join(PREFIX + key for key in unknown)}",
            next_move=f"known are {', '.join(PREFIX + key for key in sorted(KNOWN))}",
        )
    return Settings(
        home=(home or Path(given.get("HOME", ".lakeproof"))).absolute(),
        actor=actor or given.get("ACTOR") or getpass.getuser(),
        token=given.get("TOKEN") or None,
        json=json,
        without_token=_flag("WITHOUT_TOKEN", given.get("WITHOUT_TOKEN", "0")),
        database=given.get("DATABASE") or None,
        waiting_requests=_count("WAITING_REQUESTS", given.get("WAITING_REQUESTS", "256")),
        waiting_bytes=_count("WAITING_BYTES", given.get("WAITING_BYTES", str(128 * 2**20))),
        timestamp_url=given.get("TIMESTAMP_URL") or None,
        timestamp_roots=Path(roots) if (roots := given.get("TIMESTAMP_ROOTS")) else None,
    )


def _flag(key: str, text: str) -> bool:
    if text not in {"0", "1"}:
        raise BadInput(f"{PREFIX}{key} is '{text}'", next_move="set it to 1 or 0")
    return text == "1"


def _count(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:18]) > 0):
        raise BadInput(f"{PREFIX}{key} is '{text}'", next_move="set it to a whole number above 0")
    return int(text[:18])
