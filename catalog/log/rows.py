"""Read and write the log's rows. Decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from catalog.bulk import Values, all_rows, find_rows, insert_rows
from catalog.log.entry import Draft, Entry, Envelope
from catalog.log.orm import EntryRow, NodeRow, PayloadRow
from catalog.log.sealing import Head, Sealed, first_of_each, frontier_places, seal
from catalog.prepared import run
from lineage.actors import Actor
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
_ROW = (*(column.key for column in ENVELOPE), "leaf")
_PLACE = ("level", "position")
_CHUNK = 500  # well below the number of parameters a statement may have

T = TypeVar("T")
Entries: TypeAlias = "Select[*tuple[Any, ...]]"


# Built once: building a statement costs more than SQLite takes to answer it.
_LAST = f"SELECT seq, recorded_at FROM {EntryRow.__tablename__} ORDER BY seq DESC LIMIT 1"  # noqa: S608  # no value
_ENTRIES: Entries = (
    select(*ENVELOPE, PayloadRow.body).join(PayloadRow, PayloadRow.seq == EntryRow.seq).order_by(EntryRow.seq)
)
_LAST_AT = (
    select(EntryRow.seq)
    .where(EntryRow.recorded_at <= bindparam("moment"))
    .order_by(EntryRow.recorded_at.desc())
    .limit(1)
)
_BY_SEQ: Entries = _ENTRIES.where(EntryRow.seq.in_(bindparam("seqs", expanding=True)))


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
    last = run(session.connection(), _LAST_AT, {"moment": render_moment(moment)})
    return last[0][0] + 1 if last else 0


def recorded_at(session: Session, seq: int) -> datetime | None:
    """When an entry was recorded; None when there is no such entry."""
    text = session.scalar(select(EntryRow.recorded_at).where(EntryRow.seq == seq))
    return None if text is None else datetime.fromisoformat(text)


def select_entries() -> Entries:
    """Envelopes with payloads, in order; to be narrowed and given to `read_entries`."""
    return _ENTRIES


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


def nodes_at(session: Session, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes of some complete nodes by (level, position), leaves included."""
    connection = session.connection()
    listed = list(places)
    leaves = [(position,) for level, position in listed if level == 0]
    inner = [place for place in listed if place[0]]
    found: dict[tuple[int, int], bytes] = {}
    for seq, leaf in find_rows(connection, EntryRow, ("seq",), leaves, ("seq", "leaf")):
        found[0, seq] = leaf
    for level, position, digest in find_rows(connection, NodeRow, _PLACE, inner, (*_PLACE, "digest")):
        found[level, position] = digest
    return found


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def _entry(row: Row[Any]) -> Entry:
    return Entry(envelope=envelope_of(row), payload=row.body)


def _by_event(session: Session, keys: list[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
    there = find_rows(session.connection(), EntryRow, ("kind", "event_id"), keys, ("seq",))
    found: dict[tuple[str, str], Entry] = {}
    for some in _chunks([seq for [seq] in there]):
        for row in session.execute(_BY_SEQ, {"seqs": some}):
            found[row.kind, row.event_id] = _entry(row)
    return found


def _head(session: Session) -> Head:
    last = all_rows(session.connection(), _LAST)
    if not last:
        return Head(size=0, recorded_at=None, frontier={})
    [(seq, recorded)] = last
    size = seq + 1
    return Head(
        size=size,
        recorded_at=datetime.fromisoformat(recorded),
        frontier=nodes_at(session, frontier_places(size)),
    )


def _insert(session: Session, sealed: Sealed) -> None:
    if not sealed.entries:
        return
    connection = session.connection()
    insert_rows(connection, EntryRow, _ROW, [_entry_row(entry, leaf) for entry, leaf in sealed.entries])
    bodies = [(entry.seq, entry.payload) for entry, _ in sealed.entries]
    insert_rows(connection, PayloadRow, ("seq", "body"), bodies)
    insert_rows(connection, NodeRow, (*_PLACE, "digest"), sealed.nodes)


def _entry_row(entry: Entry, leaf: bytes) -> Values:
    envelope = entry.envelope
    return (
        envelope.seq,
        envelope.event_id,
        envelope.kind,
        envelope.producer,
        envelope.producer_seq,
        render_moment(envelope.recorded_at),
        envelope.actor.name,
        envelope.actor.authenticated,
        envelope.payload_sha256,
        envelope.size,
        leaf,
    )
