"""Which keys the log has had and which signs now; a new key put in force, as an entry that both keys signed.

The new key lies ready in its own file before the entry is written, and takes the old one's place once a head
signed by both is published. A process killed in between leaves that for whoever publishes next.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.log import rows
from catalog.log.entry import Draft, Entry, draft
from catalog.log.keys import KeyFile, LogKey
from catalog.log.orm import EntryRow
from lineage.actors import Actor
from lineage.errors import BadInput, Refused
from lineage.rotations import Break, KeyChain, Rotation, sign_rotation, walk_keys

#: The kind of entry that puts a key in force.
KIND = "key-rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The log's keys, where their chain breaks, and the private keys that sign: the one in force first.

    `changing`: the key in force still waits to take the place of the old one, which signs with it.
    """

    chain: KeyChain
    breaks: tuple[Break, ...]
    signers: tuple[LogKey, ...]

    @property
    def changing(self) -> bool:
        return len(self.signers) > 1

    def require(self) -> None:
        """Raise Refused where the chain of keys breaks: then nothing is signed."""
        if self.breaks:
            first = self.breaks[0]
            where = "" if first.seq is None else f"entry {first.seq}: "
            raise Refused(
                f"keys/log.key does not sign for this log: {where}{first.what}",
                next_move="restore keys/ of this home from the backup that goes with its catalog.db",
            )


def keyring(session: Session, keys: KeyFile) -> Keyring:
    """The keys of the log in the database, with those of the key files that sign now. Raises Fault."""
    notes = _statements(session)
    key, upcoming = keys.read(), keys.upcoming()
    if upcoming is not None and notes:
        chain, breaks = walk_keys(notes, newest=upcoming.verifier)
        if not breaks and chain.keys[-2][0] == key.verifier:
            return Keyring(chain=chain, breaks=breaks, signers=(upcoming, key))
    chain, breaks = walk_keys(notes, newest=key.verifier)
    return Keyring(chain=chain, breaks=breaks, signers=(key,))


def announcement(session: Session, keys: KeyFile, *, actor: Actor, event_id: str) -> Draft:
    """The entry that puts a new key in force, as the log's next; the key waits in its file. Raises Fault."""
    old, seq = keys.read(), rows.size_of(session)
    new = keys.prepare()
    stated = Rotation(origin=old.origin, seq=seq, old=old.verifier, new=new.verifier)
    statement = sign_rotation(stated, old.private, new.private)
    payload = {"old": stated.old, "new": stated.new, "statement": statement}
    return draft(KIND, payload, actor=actor, event_id=event_id)


def _statements(session: Session) -> list[tuple[int, str]]:
    """The signed statement in each entry that changes keys; an empty one where it cannot be read."""
    chosen = rows.select_entries().where(EntryRow.kind == KIND)
    there = {entry.seq: _statement(entry) for entry in rows.read_entries(session, chosen)}
    seqs = session.scalars(select(EntryRow.seq).where(EntryRow.kind == KIND).order_by(EntryRow.seq))
    return [(seq, there.get(seq, "")) for seq in seqs]


def _statement(entry: Entry) -> str:
    try:
        return str(entry.body().get("statement", ""))
    except BadInput:
        return ""
