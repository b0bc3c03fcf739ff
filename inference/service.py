"""The scoring service over HTTP: Open Inference Protocol V2; `inference.protocol` says how rows carry ids."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version as distribution_version
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from inference.desk import Desk
from inference.drain import Filed, drain, prepare
from inference.errors import BodyTooLarge
from inference.filing import Filing
from inference.ids import GrowingIds
from inference.journal import Journal
from inference.metrics import Metrics
from inference.models import Models
from inference.protocol import metadata
from inference.registry import Registry
from inference.settings import ScoringSettings
from inference.sources import Sources
from inference.tables import warm_up
from lakehouse.lake import Lake
from lineage.errors import LakeproofError
from lineage.recorder import Recorder
from lineage.times import Clock, system_clock

NAME = "lakeproof-scoring"
router = APIRouter()


@dataclass(kw_only=True)
class Parts:
    """What the routes use; one per app, in its state."""

    desk: Desk
    models: Models
    metrics: Metrics
    filing: Filing
    most_bytes: int
    ready: bool = False


def create_app(
    *,
    journal: Journal,
    registry: Registry,
    lake: Lake,
    recorder: Recorder,
    settings: ScoringSettings,
    clock: Clock = system_clock,
) -> FastAPI:
    """The service over an open journal. While the app runs, and when it ends, predictions are filed."""

    def file() -> tuple[Filed, ...]:
        prepare(lake, recorder, clock)
        return drain(journal, lake, recorder)

    models = Models(registry, refresh_seconds=settings.refresh_seconds)
    metrics = Metrics()
    desk = Desk(
        journal=journal,
        models=models,
        sources=Sources(lake),
        clock=clock,
        new_id=GrowingIds(clock),
        most_rows=settings.most_rows,
    )
    filing = Filing(file, settings=settings, metrics=metrics)
    parts = Parts(desk=desk, models=models, metrics=metrics, filing=filing, most_bytes=settings.most_bytes)
    app = FastAPI(title="Lakeproof scoring", lifespan=partial(_lifespan, parts=parts))
    app.state.parts = parts
    app.include_router(router)
    app.add_exception_handler(LakeproofError, _refused)
    app.add_exception_handler(HTTPException, _refused)
    return app


@asynccontextmanager
async def _lifespan(_: FastAPI, *, parts: Parts) -> AsyncIterator[None]:
    warm_up()
    parts.filing.start()
    parts.ready = True
    yield
    parts.ready = False
    await parts.filing.end()


async def _parts(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


Using = Annotated[Parts, Depends(_parts)]


@router.get("/v2")
async def server() -> dict[str, Any]:
    return {"name": NAME, "version": distribution_version("lakeproof"), "extensions": []}


@router.get("/v2/health/live")
async def live() -> dict[str, bool]:
    return {"live": True}


@router.get("/v2/health/ready")
async def ready(parts: Using) -> JSONResponse:
    return JSONResponse({"live": True, "ready": parts.ready}, status_code=200 if parts.ready else 503)


@router.get("/v2/models/{model}")
@router.get("/v2/models/{model}/versions/{version}")
async def model_metadata(parts: Using, model: str, version: str | None = None) -> dict[str, Any]:
    loaded = await parts.models.find(model, version)
    return metadata(model, loaded.served.deployment.model.version, loaded.scorecard.names)


@router.get("/v2/models/{model}/ready")
@router.get("/v2/models/{model}/versions/{version}/ready")
async def model_ready(parts: Using, model: str, version: str | None = None) -> dict[str, Any]:
    await parts.models.find(model, version)
    return {"name": model, "ready": True}


@router.post("/v2/models/{model}/infer")
@router.post("/v2/models/{model}/versions/{version}/infer")
async def infer(request: Request, parts: Using, model: str, version: str | None = None) -> JSONResponse:
    began = perf_counter()
    reply = await parts.desk.infer(model, version, await _body(request, parts.most_bytes))
    parts.filing.count(len(reply.recorded))
    parts.metrics.requests.labels(str(reply.status)).inc()
    parts.metrics.predictions.labels(reply.outcome.value).inc(len(reply.recorded))
    parts.metrics.seconds.observe(perf_counter() - began)
    return JSONResponse(reply.content, status_code=reply.status)


@router.get("/metrics")
async def metrics(parts: Using) -> Response:
    return Response(parts.metrics.render(), media_type="text/plain; version=0.0.4")


async def _body(request: Request, most_bytes: int) -> bytes | BodyTooLarge:
    chunks, length = [], 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > most_bytes:
            return BodyTooLarge(
                f"the request is longer than {most_bytes} bytes", next_move="send fewer rows at once"
            )
        chunks.append(chunk)
    return b"".join(chunks)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    """The protocol's error object, whoever raised it."""
    if isinstance(error, HTTPException):
        return JSONResponse(
            {"error": str(error.detail)}, status_code=error.status_code, headers=error.headers
        )
    status = error.http_status if isinstance(error, LakeproofError) else 500
    return JSONResponse({"error": str(error)}, status_code=status)
