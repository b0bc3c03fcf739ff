"""The log's mirror as values: an entry's row, and what a commit of the mirror says it carries. Pure."""

import json
from dataclasses import dataclass

from lineage.names import TableName

#: The table that mirrors the log.
ENTRIES = TableName(schema="record", table="entries")


@dataclass(frozen=True, slots=True, kw_only=True)
class MirroredEntry:
    """An entry as the mirror keeps it: the envelope's members, the 32 bytes of its leaf hash, the payload's bytes.

    `recorded_at` is the envelope's text. `payload` is None where it was erased.
    """

    seq: int
    event_id: str
    kind: str
    producer: str
    producer_seq: int | None
    recorded_at: str
    actor: str
    authenticated: bool
    payload_sha256: str
    size: int
    leaf: bytes
    payload: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The entries `first` up to, not including, `end` of the log `origin`, and a signed head that has them."""

    origin: str
    first: int
    end: int
    checkpoint: str

    @property
    def binding(self) -> str:
        """What the commit's userMetadata says; it names no run: the mirror is explained by the log itself."""
        stated = {
            "log": {"origin": self.origin, "from": self.first, "to": self.end},
            "checkpoint": self.checkpoint,
        }
        return json.dumps(stated, sort_keys=True)

    @classmethod
    def parse(cls, binding: str | None) -> "Carried | None":
        """What a commit's userMetadata says it carries; None when it says nothing of the kind."""
        try:
            stated = json.loads(binding or "")
            log, checkpoint = stated["log"], stated["checkpoint"]
            found = (log["origin"], log["from"], log["to"], checkpoint)
        except (ValueError, LookupError, TypeError):
            return None
        origin, first, end, note = found
        if not (
            isinstance(origin, str) and isinstance(note, str) and type(first) is int and type(end) is int
        ):
            return None
        return cls(origin=origin, first=first, end=end, checkpoint=note) if 0 <= first <= end else None
