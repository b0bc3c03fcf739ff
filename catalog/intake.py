"""The door for OpenLineage events: into log and graph, or refused with every fault; durable either way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.grouping import Grouping
from catalog.log import rows
from catalog.log.entry import Draft, Entry, digest_id
from catalog.log.orm import EntryRow
from catalog.store import Store
from lineage.actors import Actor
from lineage.openlineage import InvalidEvent, ParsedEvent, parse_event
from lineage.times import Clock

EVENT, REFUSED = "openlineage", "refused-event"

#: Writes what events state into the graph, within the transaction that logs them.
Apply: TypeAlias = Callable[[Session, Sequence[tuple[ParsedEvent, Entry]]], None]

#: Does what an event will cost the graph, ahead and beside the others: nothing is written, and answers are kept.
Prepare: TypeAlias = Callable[[ParsedEvent], object]

_MOST = 500  # events in one commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The entry that holds an event; `duplicate` when it was there already."""

    seq: int
    duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gap:
    """Numbers `first` to `last` of a producer's stream that never came."""

    stream: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The bytes of events that somebody brings."""

    bodies: Sequence[bytes]
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    draft: Draft
    event: ParsedEvent | None


class Intake:
    """Takes events of one catalog. Threads that call at the same time share commits."""

    def __init__(self, store: Store, *, apply: Apply, clock: Clock, prepare: Prepare | None = None) -> None:
        self._store = store
        self._apply = apply
        self._prepare = prepare
        self._clock = clock
        self._tell: Callable[[], object] | None = None
        self._commits: Grouping[_Item, Receipt] = Grouping(self._write, most=_MOST)

    def tell(self, listener: Callable[[], object]) -> None:
        """From now on call listener whenever entries were logged. Events wait for it to return."""
        self._tell = listener

    def accept(self, body: bytes, *, actor: Actor) -> Receipt:
        """Take one event's bytes; durable when this returns. The same bytes again give the same receipt.

        Raises InvalidEvent listing every fault; the bytes are then kept as an entry `refused-event`.
        """
        [answer] = self.accept_all([body], actor=actor)
        if isinstance(answer, InvalidEvent):
            raise answer
        return answer

    def accept_all(self, bodies: Sequence[bytes], *, actor: Actor) -> tuple[Receipt | InvalidEvent, ...]:
        """Take many events in one commit; each gets its receipt, or what is wrong with it (and is kept)."""
        [answers] = self.accept_offers([Offer(bodies=bodies, actor=actor)])
        return answers

    def accept_offers(self, offers: Sequence[Offer]) -> list[tuple[Receipt | InvalidEvent, ...]]:
        """Take what several bring in one commit; the answers to each."""
        items: list[_Item] = []
        invalid: dict[int, InvalidEvent] = {}
        for offer in offers:
            for body in offer.bodies:
                try:
                    items.append(self._taken_in(body, offer.actor))
                except InvalidEvent as error:
                    invalid[len(items)] = error
                    items.append(_refused(body, offer.actor))
        receipts = enumerate(self._commits.submit(items))
        answers = (invalid.get(number, receipt) for number, receipt in receipts)
        return [tuple(islice(answers, len(offer.bodies))) for offer in offers]

    def refuse(self, body: bytes, *, actor: Actor) -> Receipt:
        """Keep bytes that cannot even be cut into events."""
        [receipt] = self._commits.submit([_refused(body, actor)])
        return receipt

    def gaps(self, *, upto: int | None = None) -> tuple[Gap, ...]:
        """What is missing in the producers' streams (they count from 1) among the first upto entries."""
        number, stream = EntryRow.producer_seq, EntryRow.producer
        before = func.coalesce(func.lag(number).over(partition_by=stream, order_by=number), 0)
        numbered = select(stream, number, before.label("before")).where(number.is_not(None))
        if upto is not None:
            numbered = numbered.where(EntryRow.seq < upto)
        pairs = numbered.subquery()
        chosen = select(pairs).where(pairs.c.producer_seq - pairs.c.before > 1)
        with self._store.reading() as session:
            found = session.execute(chosen.order_by(pairs.c.producer, pairs.c.producer_seq)).all()
        return tuple(
            Gap(stream=row.producer, first=row.before + 1, last=row.producer_seq - 1) for row in found
        )

    def _taken_in(self, body: bytes, actor: Actor) -> _Item:
        event = parse_event(body)
        if self._prepare is not None:
            self._prepare(event)
        return _accepted(body, event, actor)

    def _write(self, items: Sequence[_Item]) -> list[Receipt]:
        with self._store.sequenced() as session:
            logged = rows.append(session, [item.draft for item in items], now=self._clock())
            accepted = zip(items, logged, strict=True)
            self._apply(
                session,
                [(item.event, entry) for item, (entry, new) in accepted if new and item.event is not None],
            )
        if self._tell is not None:
            self._tell()
        return [Receipt(seq=entry.seq, duplicate=not new) for entry, new in logged]


def _accepted(body: bytes, event: ParsedEvent, actor: Actor) -> _Item:
    """A resend is known by its bytes; the producer's own number shows what never came."""
    stream = event.sequence
    wanted = Draft(
        kind=EVENT,
        event_id=digest_id(body),
        actor=actor,
        payload=body,
        producer=event.producer if stream is None else stream.stream,
        producer_seq=None if stream is None else stream.seq,
    )
    return _Item(draft=wanted, event=event)


def _refused(body: bytes, actor: Actor) -> _Item:
    return _Item(draft=Draft(kind=REFUSED, event_id=digest_id(body), actor=actor, payload=body), event=None)
