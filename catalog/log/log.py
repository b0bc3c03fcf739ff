"""The evidence log: append, read, prove, verify."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from catalog.log import rows
from catalog.log.changing_keys import keyring
from catalog.log.checking import Spread, check_all
from catalog.log.entry import Entry, draft
from catalog.log.files import LogFiles
from catalog.log.gathering import gathered
from catalog.log.keys import KeyFile
from catalog.log.orm import EntryRow
from catalog.log.proof import Proof, size_of
from catalog.log.publication import publish, sign_earlier
from catalog.log.verdict import judge
from catalog.store import Store
from lineage.actors import Actor
from lineage.canonical import Json
from lineage.certainty import Failed, Verdict
from lineage.errors import BadInput, Fault, NotFound
from lineage.ids import IdSource
from lineage.merkle import consistency_at, inclusion_at
from lineage.times import Clock, Instants


class Log:
    """One log over one database and one folder. Threads and processes may append at once."""

    def __init__(
        self, store: Store, files: LogFiles, keys: KeyFile, *, clock: Clock, new_id: IdSource
    ) -> None:
        self._store = store
        self._files = files
        self._keys = keys
        self._clock = clock
        self._new_id = new_id

    @property
    def verifier(self) -> str:
        """The log's name and public key in one line (C2SP vkey)."""
        return self._keys.read().verifier

    @property
    def size(self) -> int:
        """How many entries there are; the next one's seq."""
        with self._store.reading() as session:
            return rows.size_of(session)

    def append(
        self, kind: str, payload: Mapping[str, Json], *, actor: Actor, event_id: str | None = None
    ) -> Entry:
        """Log an entry of our own; durable when this returns.

        An event_id given makes it idempotent: what is already logged under (kind, event_id) is returned.
        Raises BadInput when the payload is not JSON.
        """
        wanted = draft(kind, payload, actor=actor, event_id=event_id or self._new_id())
        with self._store.sequenced() as session:
            [(entry, _)] = rows.append(session, [wanted], now=self._clock())
        return entry

    def entries(
        self, kind: str | None = None, *, without: str | None = None, upto: int | None = None, since: int = 0
    ) -> tuple[Entry, ...]:
        """The entries with since <= seq < upto, oldest first, of one kind or of all; of all `without` one."""
        chosen = rows.select_entries().where(EntryRow.seq >= since)
        if kind is not None:
            chosen = chosen.where(EntryRow.kind == kind)
        if without is not None:
            chosen = chosen.where(EntryRow.kind != without)
        if upto is not None:
            chosen = chosen.where(EntryRow.seq < upto)
        with self._store.reading() as session:
            return tuple(rows.read_entries(session, chosen))

    def entry(self, seq: int) -> Entry:
        """One entry. Raises NotFound when the log is not that long."""
        found = self.entries(since=seq, upto=seq + 1) if 0 <= seq < 2**53 else ()
        if not found:
            raise NotFound(
                f"the log has no entry {seq} (it has {self.size})",
                next_move="entries are numbered from 0; `lakeproof log checkpoint` tells how many there are",
            )
        return found[0]

    def resolve(self, as_of: datetime | None = None, known_at: datetime | None = None) -> Instants:
        """Make both times of a question concrete.

        `as_of` left out is now. `known_at` left out, or still to come, is the newest entry's time, so
        that asking again with the times echoed gives the same answer for ever.
        """
        now = self._clock()
        with self._store.reading() as session:
            if known_at is not None and known_at <= now:
                return Instants(
                    as_of=as_of or now, known_at=known_at, log_size=rows.size_at(session, known_at)
                )
            size = rows.size_of(session)
            newest = rows.recorded_at(session, size - 1)
        return Instants(as_of=as_of or now, known_at=newest or now, log_size=size)

    def checkpoint(self, size: int | None = None) -> str:
        """The signed head of the log, published in its folder together with the tiles.

        With size, the head that it had then: signed, not published. The same size gives the same note again.
        Raises Refused when the log does not extend what was signed last, BadInput when it never had that size.
        """
        with self._store.sequenced() as session:
            newest = publish(session, self._files, self._keys)
            if size is None:
                return newest
            return sign_earlier(session, keyring(session, self._keys), _within(session, size, at_least=0))

    def inclusion(self, seq: int, size: int | None = None) -> tuple[bytes, ...]:
        """The audit path of entry seq in the tree of the first size entries. BadInput outside the log."""
        with self._store.reading() as session:
            whole = _within(session, size, at_least=seq + 1 if seq >= 0 else seq)
            return tuple(gathered(session, lambda node: inclusion_at(seq, whole, node)))

    def consistency(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the log of size entries extends that of old_size. BadInput outside the log."""
        with self._store.reading() as session:
            whole = _within(session, size, at_least=old_size)
            return tuple(gathered(session, lambda node: consistency_at(old_size, whole, node)))

    def proof(self, seq: int, size: int | None = None) -> Proof:
        """Entry seq with its audit path to a signed checkpoint, to be taken away: of size entries, or of all.

        Raises NotFound when there is no such entry, BadInput when it is not among the first size.
        """
        envelope = self.entry(seq).envelope
        note = self.checkpoint(size)
        return Proof(envelope=envelope, path=self.inclusion(seq, size_of(note)), checkpoint=note)

    def verify(self, checkpoint: str | None = None, *, spread: Spread | None = None) -> Verdict:
        """Recompute everything from envelopes and payloads, and compare with tree, tiles and checkpoints.

        `checkpoint`: the note that an auditor kept. Failed names the entries that differ, ten at most.
        `spread`: over how many processes; over all cores, where there are many entries, when left out.
        """
        entries = partial(check_all, opening=self._store.again, spread=spread or Spread.over_cores())
        try:
            with self._store.reading() as session:
                return judge(session, self._files, self._keys, checkpoint, entries=entries)
        except Fault as error:
            return Failed(reason=error.message)


def _within(session: Session, size: int | None, *, at_least: int) -> int:
    newest = rows.size_of(session)
    size = newest if size is None else size
    if not 0 <= at_least <= size <= newest:
        raise BadInput(
            f"no such proof: {at_least} entries in a log of {size} (the log has {newest})",
            next_move="give an entry of the log and a size that it has had",
        )
    return size
