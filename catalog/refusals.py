"""What was refused at the door: the bytes as they came, by whom and when, and what is wrong with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.intake import REFUSED
from catalog.log import rows
from catalog.log.orm import EntryRow
from catalog.store import Store
from catalog.web.bodies import split_batch
from lineage.actors import Actor
from lineage.canonical import sha256
from lineage.errors import NotFound
from lineage.openlineage import Fault, InvalidEvent, parse_event
from lineage.times import render_moment

_SHOWN = 2000  # characters of a refused body in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A refused body. `faults` are by the rules of this program, which may have changed since."""

    seq: int
    recorded_at: datetime
    actor: Actor
    body: bytes
    faults: tuple[Fault, ...]

    def to_json(self) -> dict[str, Any]:
        """`body` is its beginning as text; the whole of it has `size` bytes and the SHA-256 `sha256`."""
        text = self.body[: 4 * _SHOWN].decode(errors="replace")[:_SHOWN]
        return {
            "seq": self.seq,
            "recorded_at": render_moment(self.recorded_at),
            "actor": {"name": self.actor.name, "authenticated": self.actor.authenticated},
            "size": len(self.body),
            "sha256": sha256(self.body),
            "body": text,
            "faults": [fault.to_json() for fault in self.faults],
        }


class Refusals:
    """The refused bodies of one catalog."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newest(self, *, limit: int, before: int | None = None) -> tuple[Refusal, ...]:
        """At most limit refusals, newest first; those logged before the entry of that number, or all."""
        chosen = rows.select_entries().where(EntryRow.kind == REFUSED)
        if before is not None:
            chosen = chosen.where(EntryRow.seq < before)
        # The newest are asked for last, so that the oldest of them come first out of the log.
        newest = chosen.order_by(None).order_by(EntryRow.seq.desc()).limit(limit)
        return tuple(self._read(newest))

    def get(self, seq: int) -> Refusal:
        """One refusal. Raises NotFound when the entry of that number is none."""
        found = self._read(rows.select_entries().where(EntryRow.kind == REFUSED, EntryRow.seq == seq))
        if not found:
            raise NotFound(
                f"entry {seq} is not a refused body", next_move="`lakeproof catalog refused` lists them"
            )
        return found[0]

    def _read(self, chosen: Any) -> list[Refusal]:
        with self._store.reading() as session:
            return [
                Refusal(
                    seq=entry.seq,
                    recorded_at=entry.recorded_at,
                    actor=entry.actor,
                    body=entry.payload,
                    faults=_faults(entry.payload),
                )
                for entry in rows.read_entries(session, chosen)
            ]


def _faults(body: bytes) -> tuple[Fault, ...]:
    """What is wrong with a body: as an event, or where it is a good one, as the batch that it was sent as."""
    for parse in (parse_event, split_batch):
        try:
            parse(body)
        except InvalidEvent as error:
            return error.faults
    return ()
