"""An entry of the log as values: what is asked to be logged, the envelope it gets, both together. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from lineage.actors import Actor
from lineage.canonical import Json, sha256
from lineage.errors import BadInput
from lineage.merkle import leaf_hash
from lineage.times import render_moment

#: Who the envelope of an entry of our own names as its producer.
OURSELVES = "urn:lakeproof:catalog"

#: The kind of entry that says whose payloads were erased: `entries` lists their numbers.
ERASED = "payload-erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is asked to be logged. The same (kind, event_id) is logged once, however often it is asked."""

    kind: str
    event_id: str
    actor: Actor
    payload: bytes
    producer: str = OURSELVES
    producer_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the Merkle tree protects.

    `recorded_at` is ours, in UTC with microseconds, and strictly rises with seq.
    `payload_sha256` is 64 hexadecimal digits and `size` the payload's bytes.
    """

    seq: int
    event_id: str
    kind: str
    producer: str
    producer_seq: int | None
    recorded_at: datetime
    actor: Actor
    payload_sha256: str
    size: int

    def to_json(self) -> dict[str, Json]:
        return {
            "seq": self.seq,
            "event_id": self.event_id,
            "kind": self.kind,
            "producer": self.producer,
            "producer_seq": self.producer_seq,
            "recorded_at": render_moment(self.recorded_at),
            "actor": {"name": self.actor.name, "authenticated": self.actor.authenticated},
            "payload_sha256": self.payload_sha256,
            "size": self.size,
        }

    def to_bytes(self) -> bytes:
        """The RFC 8785 bytes: the leaf's data.

        For text, integers below 2^53, booleans and null under plain keys, orjson's sorted output is RFC 8785
        (a property test holds it to that), and ten times as fast as the general canonicaliser.
        """
        return orjson.dumps(self.to_json(), option=orjson.OPT_SORT_KEYS)

    @property
    def leaf(self) -> bytes:
        """The 32 bytes of the leaf hash."""
        return leaf_hash(self.to_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: envelope, and the payload's bytes as they came."""

    envelope: Envelope
    payload: bytes

    @property
    def seq(self) -> int:
        return self.envelope.seq

    @property
    def kind(self) -> str:
        return self.envelope.kind

    @property
    def recorded_at(self) -> datetime:
        return self.envelope.recorded_at

    @property
    def actor(self) -> Actor:
        return self.envelope.actor

    def body(self) -> dict[str, Any]:
        """The payload as the JSON object it is. Refused events may not be one: BadInput."""
        try:
            body = json.loads(self.payload)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise BadInput(
                f"the payload of entry {self.seq} ({self.kind}) is not a JSON object",
                next_move="read its bytes instead",
            )
        return body


def payload_bytes(payload: Mapping[str, Json]) -> bytes:
    """A payload of ours as bytes: sorted keys, UTF-8. Raises BadInput on what JSON cannot hold."""
    try:
        text = json.dumps(payload, sort_keys=True, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"the payload cannot be logged: {error}",
            next_move="log JSON only: objects, arrays, text, finite numbers, booleans, null",
        ) from error


def draft(kind: str, payload: Mapping[str, Json], *, actor: Actor, event_id: UUID | str) -> Draft:
    """A draft of an entry of our own."""
    return Draft(kind=kind, event_id=str(event_id), actor=actor, payload=payload_bytes(payload))


def digest_id(payload: bytes) -> str:
    """The event_id of bytes that are their own identity: resending them is no news."""
    return sha256(payload)
