"""The record over HTTP: the door for OpenLineage events, the log for whoever checks it, health, figures."""

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse

from catalog.intake import Receipt
from catalog.web.bodies import split_batch
from catalog.web.door import LIMIT, Door, outcome
from catalog.web.errors import Route, error_response
from catalog.web.figures import Figures
from catalog.web.line import Waiting
from catalog.web.log_routes import log_routes
from catalog.web.parameters import known_parameters
from catalog.web.shortcut import BATCH, SINGLE
from lineage.errors import LakeproofError
from lineage.openlineage import InvalidEvent

if TYPE_CHECKING:
    from catalog.catalog import Catalog
    from catalog.mirror import Mirroring

_JSON_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}

_Limit = Annotated[int, Query(ge=1, le=1000)]
_Seq = Annotated[int | None, Query(ge=0, lt=2**53)]
_Entry = Annotated[int, PathParameter(ge=0, lt=2**53)]


def routes(
    catalog: "Catalog",
    *,
    without_token: bool,
    limit: int = LIMIT,
    waiting: Waiting | None = None,
    mirroring: "Mirroring | None" = None,
) -> APIRouter:
    """All routes. `without_token`: requests from loopback need no token; their actor is then asserted.

    `limit`: bytes of a body. `waiting`: how much may wait to be logged, beyond which the answer is 429.
    `mirroring`: the log with its mirror, whose lag is among the figures.
    """
    figures = Figures()
    router = APIRouter(route_class=Route)
    door = Door(catalog, figures, without_token=without_token, limit=limit, waiting=waiting)
    _intake(router, door)
    _refusals(router, catalog, door)
    router.include_router(log_routes(catalog))
    _health(router, catalog)
    _metrics(router, catalog, figures, mirroring)
    return router


def _intake(router: APIRouter, door: Door) -> None:
    @router.post(SINGLE, status_code=201, openapi_extra=_JSON_BODY)
    async def lineage(request: Request) -> Response:
        """Take one OpenLineage event; it is durable when this answers."""
        [answer] = await door.take(request, lambda body: [body])
        if isinstance(answer, InvalidEvent):
            return error_response(answer)
        return _json({"seq": answer.seq, "duplicate": answer.duplicate}, status=201)

    @router.post(BATCH, openapi_extra=_JSON_BODY)
    async def lineage_batch(request: Request) -> Response:
        """Take a JSON array of events in one commit; what is wrong with one does not hold up the others."""
        return _json(_report(await door.take(request, split_batch)))


def _refusals(router: APIRouter, catalog: "Catalog", door: Door) -> None:
    only_known = [Depends(known_parameters)]

    @router.get("/api/v2/refused", dependencies=only_known)
    def refused(request: Request, limit: _Limit = 50, before: _Seq = None) -> JSONResponse:
        """What was refused at the door, newest first: the bodies' beginnings, by whom, when, every fault."""
        door.actor(request)
        found = catalog.refusals.newest(limit=limit, before=before)
        return JSONResponse({"refused": [each.to_json() for each in found]})

    @router.get("/api/v2/refused/{seq}", response_class=Response, dependencies=only_known)
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
        figures.unprojected.set(catalog.aspects.lag())
        if mirroring is not None:
            figures.unmirrored.set(mirroring.lag)
        return Response(figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _json(answer: dict[str, Any], *, status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status_code=status, media_type="application/json")


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
    return {"index": index, "status": outcome(answer), "seq": answer.seq}
