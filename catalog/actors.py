"""Who may act, proven by tokens: shown once, kept as SHA-256. Every change is an entry of the log."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from catalog.errors import NotAuthenticated
from catalog.log import rows
from catalog.log.entry import Entry, draft
from catalog.log.orm import ActorRow, EntryRow, TokenRow
from catalog.store import Store
from lineage.actors import Actor, Role
from lineage.canonical import sha256
from lineage.errors import BadInput, NotFound, Refused
from lineage.ids import IdSource
from lineage.times import Clock

ADDED, ISSUED, REVOKED = "actor-added", "token-issued", "token-revoked"

#: Raised whenever the actors' tables, or what is projected into them, change: opening then rebuilds them.
PROJECTION = 1

_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownActor:
    """An actor as `actors list` shows it: `tokens` are those that still open the door."""

    name: str
    role: Role
    added_at: datetime
    tokens: int


class Actors:
    """The actors of one catalog."""

    def __init__(self, store: Store, *, clock: Clock, new_id: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def add(self, name: str, role: Role, *, by: Actor) -> str:
        """Make an actor known; return its first token, which is shown this once.

        Raises BadInput for a name that cannot be one, Refused when it is taken.
        """
        if not name or name != name.strip() or not name.isprintable():
            raise BadInput(
                f"'{name}' cannot name an actor", next_move="use a login name or an e-mail address"
            )
        with self._store.sequenced() as session:
            if session.get(ActorRow, name) is not None:
                raise Refused(
                    f"there is an actor {name} already",
                    next_move=f"give it another token with `lakeproof actors token {name}`",
                )
            token = secrets.token_urlsafe(_BYTES)
            payload = {"name": name, "role": role.value, "token_sha256": sha256(token.encode())}
            self._record(session, ADDED, payload, by)
        return token

    def token(self, name: str, *, by: Actor) -> str:
        """A new token for a known actor; those it had end. Raises NotFound."""
        with self._store.sequenced() as session:
            _known(session, name)
            token = secrets.token_urlsafe(_BYTES)
            self._record(session, ISSUED, {"name": name, "token_sha256": sha256(token.encode())}, by)
        return token

    def revoke(self, name: str, *, by: Actor) -> int:
        """Close all tokens of an actor; return how many were open. Raises NotFound."""
        with self._store.sequenced() as session:
            _known(session, name)
            still = TokenRow.name == name, TokenRow.revoked_seq.is_(None)
            count = len(session.scalars(select(TokenRow.token_sha256).where(*still)).all())
            self._record(session, REVOKED, {"name": name}, by)
        return count

    def list(self) -> tuple[KnownActor, ...]:
        """All actors by name."""
        with self._store.reading() as session:
            open_tokens = session.scalars(select(TokenRow.name).where(TokenRow.revoked_seq.is_(None))).all()
            chosen = select(ActorRow.name, ActorRow.role, EntryRow.recorded_at)
            chosen = chosen.join(EntryRow, EntryRow.seq == ActorRow.added_seq).order_by(ActorRow.name)
            return tuple(
                KnownActor(
                    name=name,
                    role=Role(role),
                    added_at=datetime.fromisoformat(recorded_at),
                    tokens=open_tokens.count(name),
                )
                for name, role, recorded_at in session.execute(chosen)
            )

    def authenticate(self, token: str) -> Actor:
        """Whose token this is, proven. Raises NotAuthenticated when it is nobody's or was revoked."""
        with self._store.reading() as session:
            chosen = (
                select(ActorRow.name, ActorRow.role, TokenRow.revoked_seq)
                .join(ActorRow, ActorRow.name == TokenRow.name)
                .where(TokenRow.token_sha256 == sha256(token.encode(errors="surrogateescape")))
            )
            found = session.execute(chosen).one_or_none()
        if found is None or found.revoked_seq is not None:
            raise NotAuthenticated(
                "the token is not known here" if found is None else f"the token of {found.name} was revoked",
                next_move="ask for a new one: `lakeproof actors token NAME`",
            )
        return Actor(name=found.name, authenticated=True, role=Role(found.role))

    def _record(self, session: Session, kind: str, payload: dict[str, str], by: Actor) -> None:
        wanted = draft(kind, payload, actor=by, event_id=self._new_id())
        [(entry, _)] = rows.append(session, [wanted], now=self._clock())
        project(session, entry)


def project(session: Session, entry: Entry) -> None:
    """Apply an entry of the log to the actors' tables; other kinds change nothing."""
    if entry.kind == ADDED:
        session.add(ActorRow(name=entry.body()["name"], role=entry.body()["role"], added_seq=entry.seq))
        session.flush()
    if entry.kind in {ISSUED, REVOKED}:
        mine = TokenRow.name == entry.body()["name"], TokenRow.revoked_seq.is_(None)
        session.execute(update(TokenRow).where(*mine).values(revoked_seq=entry.seq))
    if entry.kind in {ADDED, ISSUED}:
        digest = entry.body()["token_sha256"]
        session.add(
            TokenRow(token_sha256=digest, name=entry.body()["name"], issued_seq=entry.seq, revoked_seq=None)
        )


def rebuild(session: Session, entries: Iterable[Entry]) -> None:
    """Fill the actors' tables again from the log's entries, which come in order."""
    session.execute(delete(TokenRow))
    session.execute(delete(ActorRow))
    for entry in entries:
        project(session, entry)


def _known(session: Session, name: str) -> None:
    if session.get(ActorRow, name) is None:
        names = (
            ", ".join(session.scalars(select(ActorRow.name).order_by(ActorRow.name)).all()) or "nobody yet"
        )
        raise NotFound(
            f"there is no actor {name} (known: {names})",
            next_move=f"add it with `lakeproof actors add {name} --role ROLE`",
        )
