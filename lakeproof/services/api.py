"""The catalog service: the record's routes, and the questions composed over record and lake, in one app."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Query

from audit_app.questions.impact import impact
from audit_app.questions.lineage import lineage
from audit_app.questions.passport import trace
from audit_app.sources import Sources
from catalog.catalog import Catalog
from catalog.mirror import Mirroring
from catalog.web.errors import Route
from lakehouse.lake import Lake
from lakeproof.services.record import record_app
from lineage.graph import Direction, Level
from lineage.names import TableVersion
from lineage.times import Instants, parse_moment

_AsOf = Annotated[str | None, Query(alias="as_of")]
_KnownAt = Annotated[str | None, Query(alias="known_at")]


def catalog_app(
    catalog: Catalog, lake: Lake, *, without_token: bool, mirroring: Mirroring | None = None
) -> FastAPI:
    """The record and the questions. Every answer echoes both times and states its coverage."""
    app = record_app(catalog, without_token=without_token, mirroring=mirroring)
    router = APIRouter(route_class=Route)
    sources = Sources(catalog=catalog, lake=lake)

    def at(as_of: str | None, known_at: str | None) -> Instants:
        return catalog.log.resolve(
            None if as_of is None else parse_moment(as_of),
            None if known_at is None else parse_moment(known_at),
        )

    @router.get("/api/v2/trace/{prediction}")
    def trace_(prediction: UUID, as_of: _AsOf = None, known_at: _KnownAt = None) -> Any:
        return trace(sources, prediction, at(as_of, known_at)).to_json()

    @router.get("/api/v2/impact/{version}")
    def impact_(version: str, as_of: _AsOf = None, known_at: _KnownAt = None) -> Any:
        return impact(sources, TableVersion.parse(version), at(as_of, known_at)).to_json()

    @router.get("/api/v2/lineage")
    def lineage_(
        subject: str,
        direction: Direction = Direction.BOTH,
        depth: Annotated[int, Query(ge=1, le=1000)] = 5,
        level: Level = Level.TABLE,
        as_of: _AsOf = None,
        known_at: _KnownAt = None,
    ) -> Any:
        instants = at(as_of, known_at)
        return lineage(sources, subject, direction=direction, depth=depth, level=level, at=instants).to_json()

    app.include_router(router)
    return app
