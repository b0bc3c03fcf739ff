"""The record alone as an HTTP app: intake, Marquez's reads, log, health."""

from fastapi import FastAPI

from catalog.catalog import Catalog
from catalog.marquez.routes import marquez_routes
from catalog.mirror import Mirroring
from catalog.routes import routes
from catalog.web.access import LocalOnly
from catalog.web.line import Waiting
from catalog.web.shortcut import Shortcut


def record_app(
    catalog: Catalog,
    *,
    without_token: bool,
    waiting: Waiting | None = None,
    mirroring: Mirroring | None = None,
) -> FastAPI:
    """The record alone. `without_token`: for programs on this machine; see catalog.web.access."""
    app = FastAPI(title="Lakeproof catalog")
    router = routes(catalog, without_token=without_token, waiting=waiting, mirroring=mirroring)
    app.include_router(router)
    app.add_middleware(Shortcut, router=router)
    app.include_router(marquez_routes(catalog))
    if without_token:
        app.add_middleware(LocalOnly)
    return app
