"""Give drafts their places in the log: sequence numbers, times, leaves, tree nodes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.log.entry import Draft, Entry, Envelope
from lineage.canonical import sha256
from lineage.merkle import completed

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the log stands: its size, the last entry's time, the hashes of `frontier_places(size)`."""

    size: int
    recorded_at: datetime | None
    frontier: dict[tuple[int, int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """New entries with their leaf hashes, in order; the inner nodes (level, position, hash) they complete."""

    entries: tuple[tuple[Entry, bytes], ...]
    nodes: tuple[tuple[int, int, bytes], ...]


def frontier_places(size: int) -> list[tuple[int, int]]:
    """The largest complete nodes that cover a tree of size leaves: all that growing it needs."""
    return [(level, (size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1]


def seal(drafts: Iterable[Draft], head: Head, *, now: datetime) -> Sealed:
    """Put drafts at the end of the log, in the order given.

    An entry's time is now, but always later than the one before it: clocks go back, the log does not.
    """
    known = dict(head.frontier)
    last = head.recorded_at
    entries: list[tuple[Entry, bytes]] = []
    nodes: list[tuple[int, int, bytes]] = []
    for seq, wanted in enumerate(drafts, head.size):
        last = now if last is None else max(now, last + _TICK)
        envelope = _envelope(wanted, seq, last)
        leaf = envelope.leaf
        for level, position, digest in completed(seq, leaf, lambda *place: known[place]):
            known[level, position] = digest
            if level:
                nodes.append((level, position, digest))
        entries.append((Entry(envelope=envelope, payload=wanted.payload), leaf))
    return Sealed(entries=tuple(entries), nodes=tuple(nodes))


def _envelope(wanted: Draft, seq: int, recorded_at: datetime) -> Envelope:
    return Envelope(
        seq=seq,
        event_id=wanted.event_id,
        kind=wanted.kind,
        producer=wanted.producer,
        producer_seq=wanted.producer_seq,
        recorded_at=recorded_at,
        actor=wanted.actor,
        payload_sha256=sha256(wanted.payload),
        size=len(wanted.payload),
    )


def first_of_each(drafts: Sequence[Draft]) -> dict[tuple[str, str], Draft]:
    """The drafts by (kind, event_id), each kept where it is asked first."""
    wanted: dict[tuple[str, str], Draft] = {}
    for each in drafts:
        wanted.setdefault((each.kind, each.event_id), each)
    return wanted
