"""Read and write the log's rows. Decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Row, Select, bindparam, insert, select
from sqlalchemy.orm import Session

from catalog.log.entry import Draft, Entry, Envelope
from catalog.log.orm import EntryRow, NodeRow, PayloadRow
from catalog.log.sealing import Head, Sealed, first_of_each, frontier_places, seal
from lineage.actors import Actor
from lineage.merkle import NodeReader
from lineage.times import render_moment

ENVELOPE = (
    EntryRow.seq,
    EntryRow.event_id,
    EntryRow.kind,
    EntryRow.producer,
    EntryRow.producer_seq,
    EntryRow.recorded_at,
    EntryRow.actor,
    EntryRow.authenticated,
    EntryRow.payload_sha256,
    EntryRow.size,
)
_CHUNK = 500  # well below the number of parameters a statement may have

T = TypeVar("T")
Entries: TypeAlias = "Select[*tuple[Any, ...]]"


# Built once: building a statement costs more than SQLite takes to answer it.
_LAST = select(EntryRow.seq, EntryRow.recorded_at).order_by(EntryRow.seq.desc()).limit(1)
_LEAVES = select(EntryRow.seq, EntryRow.leaf).where(EntryRow.seq.in_(bindparam("seqs", expanding=True)))
_NODES = select(NodeRow.position, NodeRow.digest).where(
    NodeRow.level == bindparam("level"), NodeRow.position.in_(bindparam("positions", expanding=True))
)
_BY_EVENT: Entries = (
    select(*ENVELOPE, PayloadRow.body)
    .join(PayloadRow, PayloadRow.seq == EntryRow.seq)
    .where(EntryRow.kind == bindparam("kind"), EntryRow.event_id.in_(bindparam("events", expanding=True)))
)


def append(session: Session, drafts: Sequence[Draft], *, now: datetime) -> list[tuple[Entry, bool]]:
    """Log drafts under the sequencer lock; each with whether it was new.

    A (kind, event_id) already logged, or asked twice, is answered with its first entry.
    """
    wanted = first_of_each(drafts)
    known = _by_event(session, list(wanted))
    sealed = seal((each for key, each in wanted.items() if key not in known), _head(session), now=now)
    _insert(session, sealed)
    known |= {(entry.kind, entry.envelope.event_id): entry for entry, _ in sealed.entries}
    unanswered = {entry.seq for entry, _ in sealed.entries}
    answers: list[tuple[Entry, bool]] = []
    for each in drafts:
        entry = known[each.kind, each.event_id]
        answers.append((entry, entry.seq in unanswered))
        unanswered.discard(entry.seq)
    return answers


def size_of(session: Session) -> int:
    """The number of entries."""
    last = session.scalar(select(EntryRow.seq).order_by(EntryRow.seq.desc()).limit(1))
    return 0 if last is None else last + 1


def size_at(session: Session, moment: datetime) -> int:
    """The number of entries recorded at or before moment."""
    statement = (
        select(EntryRow.seq)
        .where(EntryRow.recorded_at <= render_moment(moment))
        .order_by(EntryRow.recorded_at.desc())
        .limit(1)
    )
    last = session.scalar(statement)
    return 0 if last is None else last + 1


def recorded_at(session: Session, seq: int) -> datetime | None:
    """When an entry was recorded; None when there is no such entry."""
    text = session.scalar(select(EntryRow.recorded_at).where(EntryRow.seq == seq))
    return None if text is None else datetime.fromisoformat(text)


def select_entries() -> Entries:
    """Envelopes with payloads, in order; to be narrowed and given to `read_entries`."""
    payload = PayloadRow.seq == EntryRow.seq
    return select(*ENVELOPE, PayloadRow.body).join(PayloadRow, payload).order_by(EntryRow.seq)


def read_entries(session: Session, statement: Entries) -> Iterator[Entry]:
    """The entries of a statement made by `select_entries`."""
    for row in session.execute(statement.execution_options(yield_per=_CHUNK)):
        yield _entry(row)


def envelope_of(row: Row[Any]) -> Envelope:
    """The envelope in a row of the entries' table."""
    return Envelope(
        seq=row.seq,
        event_id=row.event_id,
        kind=row.kind,
        producer=row.producer,
        producer_seq=row.producer_seq,
        recorded_at=datetime.fromisoformat(row.recorded_at),
        actor=Actor(name=row.actor, authenticated=row.authenticated),
        payload_sha256=row.payload_sha256,
        size=row.size,
    )


def node_reader(session: Session) -> NodeReader:
    """The tree's complete nodes, as the proofs ask for them. Raises KeyError for one that is not there."""

    def node(level: int, position: int) -> bytes:
        found = nodes_at(session, [(level, position)])
        return found[level, position]

    return node


def nodes_at(session: Session, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes of some complete nodes by (level, position), leaves included."""
    leaves = [position for level, position in places if level == 0]
    inner = [(level, position) for level, position in places if level]
    found: dict[tuple[int, int], bytes] = {}
    for some in _chunks(leaves):
        rows = session.execute(_LEAVES, {"seqs": some})
        found |= {(0, seq): leaf for seq, leaf in rows}
    for level in {level for level, _ in inner}:
        for some in _chunks([position for each, position in inner if each == level]):
            chosen = session.execute(_NODES, {"level": level, "positions": some})
            found |= {(level, position): digest for position, digest in chosen}
    return found


def nodes_between(session: Session, level: int, start: int, end: int) -> dict[int, bytes]:
    """The inner nodes of one level at positions start up to, not including, end."""
    chosen = select(NodeRow.position, NodeRow.digest).where(
        NodeRow.level == level, NodeRow.position >= start, NodeRow.position < end
    )
    return {row.position: row.digest for row in session.execute(chosen)}


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _entry(row: Row[Any]) -> Entry:
    return Entry(envelope=envelope_of(row), payload=row.body)


def _by_event(session: Session, keys: list[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
    found: dict[tuple[str, str], Entry] = {}
    # By kind, since SQLite finds no index for `(kind, event_id) in (…)`.
    for kind in {kind for kind, _ in keys}:
        for some in _chunks([event_id for each, event_id in keys if each == kind]):
            chosen = session.execute(_BY_EVENT, {"kind": kind, "events": some})
            found |= {(kind, row.event_id): _entry(row) for row in chosen}
    return found


def _head(session: Session) -> Head:
    last = session.execute(_LAST).one_or_none()
    if last is None:
        return Head(size=0, recorded_at=None, frontier={})
    size = last.seq + 1
    return Head(
        size=size,
        recorded_at=datetime.fromisoformat(last.recorded_at),
        frontier=nodes_at(session, frontier_places(size)),
    )


def _insert(session: Session, sealed: Sealed) -> None:
    if not sealed.entries:
        return
    session.execute(insert(EntryRow), [_entry_row(entry, leaf) for entry, leaf in sealed.entries])
    session.execute(
        insert(PayloadRow),
        [{"seq": entry.seq, "body": entry.payload} for entry, _ in sealed.entries],
    )
    if sealed.nodes:
        session.execute(
            insert(NodeRow),
            [
                {"level": level, "position": position, "digest": digest}
                for level, position, digest in sealed.nodes
            ],
        )


def _entry_row(entry: Entry, leaf: bytes) -> dict[str, Any]:
    envelope = entry.envelope
    return {
        "seq": envelope.seq,
        "event_id": envelope.event_id,
        "kind": envelope.kind,
        "producer": envelope.producer,
        "producer_seq": envelope.producer_seq,
        "recorded_at": render_moment(envelope.recorded_at),
        "actor": envelope.actor.name,
        "authenticated": envelope.actor.authenticated,
        "payload_sha256": envelope.payload_sha256,
        "size": envelope.size,
        "leaf": leaf,
    }
