"""Where a long answer goes on: a text bound to its question and to both its times. Pure.

Whoever comes back with it gets the rest of the same answer, whatever the record has learnt meanwhile.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lineage.canonical import sha256
from lineage.errors import BadInput
from lineage.times import Instants, parse_moment, render_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`offset` nodes have been given."""

    offset: int
    as_of: datetime
    known_at: datetime


def write_cursor(offset: int, at: Instants, question: Mapping[str, str]) -> str:
    """The cursor as text."""
    told = [offset, render_moment(at.as_of), render_moment(at.known_at), _mark(question)]
    return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, question: Mapping[str, str]) -> Cursor:
    """Raises BadInput when text is no cursor, or one of another question."""
    try:
        told = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        offset, as_of, known_at, mark = told
        moments = parse_moment(as_of), parse_moment(known_at)
        if not isinstance(offset, int) or not 0 <= offset < 2**53:
            raise ValueError(offset)
    except (ValueError, TypeError, BadInput) as error:
        raise BadInput(
            "what was given as `next` is no cursor", next_move="give the answer's `next` as it stands"
        ) from error
    if mark != _mark(question):
        raise BadInput(
            "the cursor belongs to another question",
            next_move="ask with the same subject, direction, depth, level and kinds as before",
        )
    return Cursor(offset=offset, as_of=moments[0], known_at=moments[1])


def _mark(question: Mapping[str, str]) -> str:
    return sha256(json.dumps(dict(question), sort_keys=True).encode())[:16]
