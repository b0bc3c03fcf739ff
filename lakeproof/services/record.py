"""The record alone as an HTTP app: intake, log, health."""

from fastapi import FastAPI

from catalog.catalog import Catalog
from catalog.routes import routes


def record_app(catalog: Catalog, *, without_token: bool) -> FastAPI:
    """The record alone: intake, log, health."""
    app = FastAPI(title="Lakeproof catalog")
    app.include_router(routes(catalog, without_token=without_token))
    return app
