"""The catalog service's process: prints one line `{"url": …}` when ready; aspects and mirror follow behind."""

import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from fastapi import FastAPI

from catalog.catalog import Catalog
from catalog.web.line import Waiting
from inference.announced import Announced
from lakeproof.operations.mirroring import log_mirror
from lakeproof.services.api import catalog_app
from lakeproof.services.heap import settle
from lakeproof.services.processes import require_free_port
from lakeproof.settings import Settings
from lakeproof.workspace import Workspace
from lineage.errors import LakeproofError


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What follows the log off the intake's path: `work` is done again `every` so many seconds.

    It is given the event by which the service ends.
    """

    name: str
    every: float
    work: Callable[[threading.Event], object]


_QUIET = 0.1  # seconds without an event after which the aspects go on
_MOST_WAITS = 30  # of these, while events keep coming


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
    app.router.lifespan_context = _following(
        Follower(name="aspects", every=1.0, work=partial(_project, catalog)),
        Follower(name="mirror", every=30.0, work=lambda _: mirroring.catch_up()),
    )
    settle()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    Announced(config).run()


def _following(*followers: Follower) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ended = threading.Event()
        threads = [
            threading.Thread(target=_follow, args=(each, ended), name=each.name, daemon=True)
            for each in followers
        ]
        for thread in threads:
            thread.start()
        yield
        ended.set()
        for thread in threads:
            thread.join()

    return lifespan


def _follow(follower: Follower, ended: threading.Event) -> None:
    while not ended.wait(follower.every):
        try:
            follower.work(ended)
        except LakeproofError as error:
            # It is tried again; until then it lags, which the figures show.
            print(f"lakeproof: {follower.name}: {error}", file=sys.stderr, flush=True)


def _project(catalog: Catalog, ended: threading.Event) -> None:
    while not ended.is_set() and catalog.aspects.step():
        _let_through(catalog, ended)


def _let_through(catalog: Catalog, ended: threading.Event) -> None:
    """Events go first: wait until none came for a while, but not for ever."""
    for _ in range(_MOST_WAITS):
        before = catalog.intake.taken
        if ended.wait(_QUIET) or catalog.intake.taken == before:
            return
