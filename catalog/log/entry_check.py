"""Check entries one by one: number and time follow the one before, payload and leaf are as stated and sealed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.log.entry import ERASED
from catalog.log.orm import EntryRow, PayloadRow
from catalog.log.rows import ENVELOPE

_TIME = ENVELOPE.index(EntryRow.recorded_at)  # its place in a row


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Difference:
    """What differs, at which entry; `seq` is None where no single entry can be named."""

    seq: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.seq is None else f"entry {self.seq}: {self.what}"


def rows_to_check() -> Select[*tuple[Any, ...]]:
    """All entries in order, with what was sealed and the payloads, missing ones too; as `EntryCheck` reads them."""
    entries, payloads = EntryRow.__table__, PayloadRow.__table__
    columns = [entries.c[column.key] for column in (*ENVELOPE, EntryRow.leaf)]
    chosen: Select[*tuple[Any, ...]] = select(*columns, payloads.c.body)
    joined = entries.outerjoin(payloads, payloads.c.seq == entries.c.seq)
    return chosen.select_from(joined).order_by(entries.c.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Entries that were checked by themselves. How the first follows on another is for `EntryCheck.join` to see."""

    seqs: list[int]
    leaves: list[bytes]
    first: tuple[int, Any]  # number and time
    end: int
    last_time: str
    missing: list[int]
    erased: set[int]
    differences: list[Difference]


class EntryCheck:
    """Goes through all entries, or all from `first` on, once.

    `size` is how many the log has so far, `missing` the entries without a payload.
    """

    def __init__(self, differences: list[Difference], *, first: int = 0) -> None:
        self.size = first
        self.missing: list[int] = []
        self._differences = differences
        self._erased: set[int] = set()
        self._last_time = ""

    @classmethod
    def apart(cls, rows: Iterable[Sequence[Any]]) -> Checked | None:
        """Check entries as if nothing came before them; None when there are none."""
        rest = iter(rows)
        first = next(rest, None)
        if first is None:
            return None
        check, (seq, *_), time = cls([], first=max(0, first[0] + 1)), first, first[_TIME]
        check._last_time = time if type(time) is str else ""
        seqs, leaves = [seq], [check._leaf_of(first)]
        for row in rest:
            seqs.append(row[0])
            leaves.append(check.leaf_of(row))
        return Checked(
            seqs=seqs,
            leaves=leaves,
            first=(seq, time),
            end=check.size,
            last_time=check._last_time,
            missing=check.missing,
            erased=check._erased,
            differences=check._differences,
        )

    def join(self, portion: Checked) -> None:
        """Go on with entries that were checked by themselves."""
        self._place(*portion.first)
        self._differences += portion.differences
        self.missing += portion.missing
        self._erased |= portion.erased
        self.size = max(self.size, portion.end)
        self._last_time = portion.last_time or self._last_time

    def leaf_of(self, row: Sequence[Any]) -> bytes:
        """The leaf that the envelope gives, compared with the one sealed; the payload with the one stated."""
        self._place(row[0], row[_TIME])
        return self._leaf_of(row)

    def _leaf_of(self, row: Sequence[Any]) -> bytes:
        seq, event_id, kind, producer, producer_seq, recorded_at, *others = row
        actor, authenticated, payload_sha256, size, sealed, body = others
        if body is None:
            self.missing.append(seq)
        # SQLite lets text stand where bytes should.
        elif type(body) is not bytes or len(body) != size or sha256(body).hexdigest() != payload_sha256:
            self._differs(seq, "its payload is not the one that its envelope states")
        elif kind == ERASED:
            self._erased |= _named(body)
        envelope = {  # in the order of RFC 8785: see `Envelope.to_bytes`, and the test that holds them together
            "actor": {"authenticated": authenticated, "name": actor},
            "event_id": event_id,
            "kind": kind,
            "payload_sha256": payload_sha256,
            "producer": producer,
            "producer_seq": producer_seq,
            "recorded_at": recorded_at,
            "seq": seq,
            "size": size,
        }
        try:
            leaf = sha256(b"\x00" + orjson.dumps(envelope)).digest()
        except TypeError as error:
            self._differs(seq, f"its envelope cannot be read: {error}")
            return b""
        if leaf != sealed:
            self._differs(seq, "its envelope is not the one that was sealed")
        return leaf

    def _place(self, seq: int, recorded_at: Any) -> None:
        """The entry's number follows the one before, and so does its time."""
        if seq > self.size:
            rest = "" if seq == self.size + 1 else f", with all up to entry {seq - 1}"
            self._differs(self.size, f"missing from the log{rest}")
        elif seq < self.size:
            self._differs(seq, "no place in the log has this number")
        if type(recorded_at) is str:
            if recorded_at <= self._last_time:
                self._differs(seq, f"its time {recorded_at} is not after that of the entry before")
            self._last_time = recorded_at
        self.size = max(self.size, seq + 1)

    def close(self) -> None:
        """Payloads may be missing that an entry, a later one, says were erased; others may not."""
        for seq in self.missing:
            if seq not in self._erased:
                self._differs(seq, "its payload is missing")

    def _differs(self, seq: int, what: str) -> None:
        self._differences.append(Difference(seq=seq, what=what))


def erased_entries(session: Session) -> set[int]:
    """The entries whose payloads the log says were erased."""
    entries, payloads = EntryRow.__table__.c, PayloadRow.__table__.c
    chosen: Select[*tuple[Any, ...]] = select(payloads.body).where(
        payloads.seq == entries.seq, entries.kind == ERASED
    )
    return {seq for row in session.connection().execute(chosen) for seq in _named(row.body)}


def _named(body: bytes) -> set[int]:
    """The entries whose payloads an entry says were erased."""
    try:
        stated = orjson.loads(body)["entries"]
    except (ValueError, LookupError, TypeError):
        return set()
    return {seq for seq in _each(stated) if isinstance(seq, int)}


def _each(stated: object) -> Iterator[object]:
    return iter(stated if isinstance(stated, Iterable) else ())
