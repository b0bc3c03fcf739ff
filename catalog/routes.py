"""The record over HTTP: the door for OpenLineage events, the log for whoever checks it, health, figures."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from catalog.intake import Receipt
from catalog.web.access import actor_of, require_json
from catalog.web.bodies import read_body, split_batch
from catalog.web.errors import Route, error_response
from catalog.web.figures import Figures
from catalog.web.log_routes import log_routes
from lineage.actors import Actor
from lineage.errors import LakeproofError
from lineage.openlineage import InvalidEvent

if TYPE_CHECKING:
    from catalog.catalog import Catalog
    from catalog.mirror import Mirroring

LIMIT = 32 * 2**20  # bytes of a body, unpacked

_JSON_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}

_Limit = Annotated[int, Query(ge=1, le=1000)]
_Seq = Annotated[int | None, Query(ge=0, lt=2**53)]
_Entry = Annotated[int, PathParameter(ge=0, lt=2**53)]

#: Cuts a body into the bytes of its events.
Cut = Callable[[bytes], list[bytes]]


def routes(
    catalog: "Catalog", *, without_token: bool, limit: int = LIMIT, mirroring: "Mirroring | None" = None
) -> APIRouter:
    """All routes. `without_token`: requests from loopback need no token; their actor is then asserted.

    `mirroring`: the log with its mirror, whose lag is among the figures.
    """
    figures = Figures()
    router = APIRouter(route_class=Route)
    door = _Door(catalog, figures, without_token=without_token, limit=limit)
    _intake(router, door)
    _refusals(router, catalog, door)
    router.include_router(log_routes(catalog))
    _health(router, catalog)
    _metrics(router, catalog, figures, mirroring)
    return router


class _Door:
    """What both intake routes do with a request."""

    def __init__(self, catalog: "Catalog", figures: Figures, *, without_token: bool, limit: int) -> None:
        self._catalog = catalog
        self._figures = figures
        self._without_token = without_token
        self._limit = limit

    def actor(self, request: Request) -> Actor:
        """Who is asking. Raises NotAuthenticated, Denied."""
        return actor_of(request, self._catalog.actors, without_token=self._without_token)

    async def take(self, request: Request, cut: Cut) -> tuple[Receipt | InvalidEvent, ...]:
        """The body cut into events, each logged or refused. Raises what concerns the request as a whole."""
        with self._figures.intake.time():
            actor = await run_in_threadpool(self.actor, request)
            require_json(request.headers)
            body = await read_body(request.stream(), request.headers, limit=self._limit)
            return await run_in_threadpool(self._accept, body, cut, actor)

    def _accept(self, body: bytes, cut: Cut, actor: Actor) -> tuple[Receipt | InvalidEvent, ...]:
        try:
            events = cut(body)
        except InvalidEvent:
            self._catalog.intake.refuse(body, actor=actor)
            self._figures.events.labels("refused").inc()
            raise
        answers = self._catalog.intake.accept_all(events, actor=actor)
        for answer in answers:
            self._figures.events.labels(_outcome(answer)).inc()
        return answers


def _intake(router: APIRouter, door: _Door) -> None:
    @router.post("/api/v1/lineage", status_code=201, openapi_extra=_JSON_BODY)
    async def lineage(request: Request) -> Response:
        """Take one OpenLineage event; it is durable when this answers."""
        [answer] = await door.take(request, lambda body: [body])
        if isinstance(answer, InvalidEvent):
            return error_response(answer)
        return JSONResponse({"seq": answer.seq, "duplicate": answer.duplicate}, status_code=201)

    @router.post("/api/v1/lineage/batch", openapi_extra=_JSON_BODY)
    async def lineage_batch(request: Request) -> Response:
        """Take a JSON array of events in one commit; what is wrong with one does not hold up the others."""
        return JSONResponse(_report(await door.take(request, split_batch)))


def _refusals(router: APIRouter, catalog: "Catalog", door: _Door) -> None:
    @router.get("/api/v2/refused")
    def refused(request: Request, limit: _Limit = 50, before: _Seq = None) -> JSONResponse:
        """What was refused at the door, newest first: the bodies' beginnings, by whom, when, every fault."""
        door.actor(request)
        found = catalog.refusals.newest(limit=limit, before=before)
        return JSONResponse({"refused": [each.to_json() for each in found]})

    @router.get("/api/v2/refused/{seq}", response_class=Response)
    def refused_body(request: Request, seq: _Entry) -> Response:
        """The bytes of one refused body, as they came."""
        door.actor(request)
        return Response(
            catalog.refusals.get(seq).body,
            media_type="application/octet-stream",
            headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
        )


def _health(router: APIRouter, catalog: "Catalog") -> None:
    @router.get("/health/live")
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "live"}

    @router.get("/health/ready")
    def ready() -> Response:
        """The record can be read."""
        try:
            return JSONResponse({"status": "ready", "log_size": catalog.log.size})
        except LakeproofError as error:
            return error_response(error, status=503)


def _metrics(router: APIRouter, catalog: "Catalog", figures: Figures, mirroring: "Mirroring | None") -> None:
    @router.get("/metrics")
    def metrics() -> Response:
        """Figures for Prometheus."""
        figures.entries.set(catalog.log.size)
        if mirroring is not None:
            figures.unmirrored.set(mirroring.lag)
        return Response(figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _outcome(answer: Receipt | InvalidEvent) -> str:
    if isinstance(answer, InvalidEvent):
        return "refused"
    return "duplicate" if answer.duplicate else "accepted"


def _report(answers: tuple[Receipt | InvalidEvent, ...]) -> dict[str, Any]:
    """What became of each event of a batch, by its index; and the counts."""
    failed = sum(isinstance(answer, InvalidEvent) for answer in answers)
    good = len(answers) - failed
    return {
        "status": "success" if not failed else "partial_success" if good else "failure",
        "summary": {"received": len(answers), "successful": good, "failed": failed},
        "events": [_event_report(index, answer) for index, answer in enumerate(answers)],
    }


def _event_report(index: int, answer: Receipt | InvalidEvent) -> dict[str, Any]:
    if isinstance(answer, InvalidEvent):
        faults = [fault.to_json() for fault in answer.faults]
        return {"index": index, "status": "refused", "error": answer.message, "faults": faults}
    return {"index": index, "status": _outcome(answer), "seq": answer.seq}
