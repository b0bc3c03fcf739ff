"""The catalog service: the record's routes, and the questions composed over record and lake, in one app."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, FastAPI, Query, Response

from audit_app.behind.meant import find_version
from audit_app.questions.impact import impact
from audit_app.questions.lineage import Extent, lineage_page
from audit_app.questions.lineage_difference import lineage_difference
from audit_app.questions.passport import trace
from audit_app.sources import Sources
from catalog.catalog import Catalog
from catalog.graph.reader import LIMIT
from catalog.mirror import Mirroring
from catalog.web.errors import Route
from catalog.web.line import Waiting
from catalog.web.parameters import known_parameters
from lakehouse.lake import Lake
from lakeproof.choices import read_kinds
from lakeproof.services.record import record_app
from lineage.answers import Answer
from lineage.graph import Direction, Level
from lineage.times import Instants, parse_moment, render_moment

_AsOf = Annotated[str | None, Query(alias="as_of")]
_KnownAt = Annotated[str | None, Query(alias="known_at")]


async def _extent(
    direction: Direction = Direction.BOTH,
    depth: Annotated[int, Query(ge=1, le=1000)] = 5,
    level: Level = Level.TABLE,
    kinds: Annotated[str, Query(description="kinds of nodes, with commas between")] = "",
    limit: Annotated[int, Query(ge=1, le=1_000_000)] = LIMIT,
    after: Annotated[str | None, Query(alias="next")] = None,
) -> Extent:
    wanted = read_kinds(kinds)
    return Extent(direction=direction, depth=depth, level=level, kinds=wanted, limit=limit, after=after)


_Reaching = Annotated[Extent, Depends(_extent)]


def _json(answer: Answer) -> Response:
    return Response(orjson.dumps(answer.to_json()), media_type="application/json")


def catalog_app(
    catalog: Catalog,
    lake: Lake,
    *,
    without_token: bool,
    waiting: Waiting | None = None,
    mirroring: Mirroring | None = None,
) -> FastAPI:
    """The record and the questions. Every answer echoes both times and states its coverage."""
    app = record_app(catalog, without_token=without_token, waiting=waiting, mirroring=mirroring)
    router = APIRouter(route_class=Route, dependencies=[Depends(known_parameters)])
    sources = Sources(catalog=catalog, lake=lake)

    def at(as_of: str | None, known_at: str | None) -> Instants:
        return catalog.log.resolve(
            None if as_of is None else parse_moment(as_of),
            None if known_at is None else parse_moment(known_at),
        )

    @router.get("/api/v2/trace/{prediction}")
    def trace_(prediction: UUID, as_of: _AsOf = None, known_at: _KnownAt = None) -> Any:
        return trace(sources, prediction, at(as_of, known_at)).to_json()

    @router.get("/api/v2/impact")
    @router.get("/api/v2/impact/{version:path}")
    def impact_(version: str, as_of: _AsOf = None, known_at: _KnownAt = None) -> Any:
        now = at(as_of, known_at)
        return impact(sources, find_version(sources, version, now), now).to_json()

    _lineage(router, sources, at)
    app.include_router(router)
    return app


def _lineage(router: APIRouter, sources: Sources, at: Callable[[str | None, str | None], Instants]) -> None:
    @router.get("/api/v2/lineage")
    def lineage_(subject: str, extent: _Reaching, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        return _json(lineage_page(sources, subject, extent, at(as_of, known_at)))

    @router.get("/api/v2/lineage/difference")
    def difference(
        subject: str,
        extent: _Reaching,
        as_of: _AsOf = None,
        known_at: _KnownAt = None,
        diff_as_of: str | None = None,
        diff_known_at: str | None = None,
    ) -> Response:
        now = at(as_of, known_at)
        before = at(diff_as_of or render_moment(now.as_of), diff_known_at or render_moment(now.known_at))
        return _json(lineage_difference(sources, subject, extent, now, before=before))
