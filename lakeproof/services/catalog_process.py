"""The catalog service's process: prints one line `{"url": …}` when ready.

Aspects follow behind in a process of their own, the mirror in a thread.
"""

import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from catalog.web.line import Waiting
from inference.announced import Announced
from lakeproof import project
from lakeproof.operations.mirroring import log_mirror
from lakeproof.services.api import catalog_app
from lakeproof.services.companion import Companion
from lakeproof.services.heap import settle
from lakeproof.services.processes import require_free_port
from lakeproof.settings import Settings
from lakeproof.workspace import Workspace
from lineage.errors import LakeproofError


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What follows the log off the intake's path: `work` is done again `every` so many seconds."""

    name: str
    every: float
    work: Callable[[], object]


def serve_forever(workspace: Workspace, settings: Settings, *, port: int, without_token: bool) -> None:
    """Serve until SIGTERM or SIGINT. Raises BadInput when the port is taken."""
    if port:
        require_free_port(port, "catalog")
    catalog = workspace.catalog
    mirroring = catalog.mirroring(log_mirror(workspace))
    waiting = Waiting(requests=settings.waiting_requests, bytes=settings.waiting_bytes)
    app = catalog_app(
        catalog, workspace.lake, without_token=without_token, waiting=waiting, mirroring=mirroring
    )
    aspects = _aspects(settings)
    catalog.intake.tell(aspects.call)
    app.router.lifespan_context = _following(
        aspects,
        Follower(name="mirror", every=30.0, work=mirroring.catch_up),
    )
    settle()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    Announced(config).run()


def _aspects(settings: Settings) -> Companion:
    command = [project.python(), "-m", "lakeproof.services.aspects"]
    return Companion("aspects", command, {**os.environ, "LAKEPROOF_HOME": str(settings.home)})


def _following(
    companion: Companion, *followers: Follower
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ended = threading.Event()
        threads = [
            threading.Thread(target=_follow, args=(each, ended), name=each.name, daemon=True)
            for each in followers
        ]
        for thread in threads:
            thread.start()
        with companion:
            yield
        ended.set()
        for thread in threads:
            thread.join()

    return lifespan


def _follow(follower: Follower, ended: threading.Event) -> None:
    while not ended.wait(follower.every):
        try:
            follower.work()
        except LakeproofError as error:
            # It is tried again; until then it lags, which the figures show.
            print(f"lakeproof: {follower.name}: {error}", file=sys.stderr, flush=True)
