"""What the intake's routes do with a request: who asks, the body, its events; answered when they are durable."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from catalog.intake import Offer, Receipt
from catalog.web.access import actor_of, require_json
from catalog.web.bodies import read_body
from catalog.web.figures import Figures
from catalog.web.line import Line, Room, Waiting
from lineage.actors import Actor
from lineage.errors import LakeproofError
from lineage.openlineage import InvalidEvent

if TYPE_CHECKING:
    from catalog.catalog import Catalog

LIMIT = 32 * 2**20  # bytes of a body, unpacked

_MOST_SEEN = 1024  # tokens that have opened the door before

#: Cuts a body into the bytes of its events.
Cut: TypeAlias = Callable[[bytes], list[bytes]]
Answers: TypeAlias = tuple[Receipt | InvalidEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    request: Request
    body: bytes
    cut: Cut


class Door:
    """Takes requests in groups that share a thread and a commit; each is answered when its events are durable."""

    def __init__(
        self,
        catalog: "Catalog",
        figures: Figures,
        *,
        without_token: bool,
        limit: int = LIMIT,
        waiting: Waiting | None = None,
    ) -> None:
        self._catalog = catalog
        self._figures = figures
        self._without_token = without_token
        self._limit = limit
        self._seen: set[str] = set()
        self._room = Room(waiting or Waiting())
        self._line: Line[_Arrival, Answers | LakeproofError] = Line(self._accept)

    def actor(self, request: Request) -> Actor:
        """Who is asking. Raises NotAuthenticated, Denied."""
        return actor_of(request, self._catalog.actors, without_token=self._without_token)

    async def take(self, request: Request, cut: Cut) -> Answers:
        """The body cut into events, each logged or refused. Raises what concerns the request as a whole."""
        with self._figures.intake.time(), self._room.place() as hold:
            await self._greet(request)
            require_json(request.headers)
            body = await read_body(request.stream(), request.headers, limit=self._limit, hold=hold)
            answer = await self._line.answer(_Arrival(request=request, body=body, cut=cut))
        if isinstance(answer, LakeproofError):
            raise answer
        return answer

    async def _greet(self, request: Request) -> None:
        """Turn away before the body is read whoever has no right to send one."""
        stated = request.headers.get("authorization")
        if stated is None:
            self.actor(request)
        elif stated not in self._seen:
            await run_in_threadpool(self.actor, request)
            if len(self._seen) == _MOST_SEEN:
                self._seen.clear()
            self._seen.add(stated)

    def _accept(self, arrivals: Sequence[_Arrival]) -> list[Answers | LakeproofError]:
        """In a thread. Every token is looked up here, at the last moment: none that was revoked gets in."""
        actors: dict[str, Actor] = {}
        offers = [self._offer(arrival, actors) for arrival in arrivals]
        answers = iter(
            self._catalog.intake.accept_offers([each for each in offers if isinstance(each, Offer)])
        )
        answered = [next(answers) if isinstance(each, Offer) else each for each in offers]
        for answer in answered:
            self._count(answer)
        return answered

    def _offer(self, arrival: _Arrival, actors: dict[str, Actor]) -> Offer | LakeproofError:
        try:
            actor = self._known(arrival.request, actors)
            try:
                return Offer(bodies=arrival.cut(arrival.body), actor=actor)
            except InvalidEvent:
                self._catalog.intake.refuse(arrival.body, actor=actor)
                raise
        except LakeproofError as error:
            return error

    def _known(self, request: Request, actors: dict[str, Actor]) -> Actor:
        stated = request.headers.get("authorization")
        if stated is None:
            return self.actor(request)
        if stated not in actors:
            actors[stated] = self.actor(request)
        return actors[stated]

    def _count(self, answer: Answers | LakeproofError) -> None:
        if isinstance(answer, InvalidEvent):
            self._figures.events.labels("refused").inc()
        elif not isinstance(answer, LakeproofError):
            for outcome_, number in Counter(map(outcome, answer)).items():
                self._figures.events.labels(outcome_).inc(number)


def outcome(answer: Receipt | InvalidEvent) -> str:
    """How an event's answer is called in figures and reports."""
    if isinstance(answer, InvalidEvent):
        return "refused"
    return "duplicate" if answer.duplicate else "accepted"
