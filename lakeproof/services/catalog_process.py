"""The catalog service's process: prints one line `{"url": …}` when ready, follows with the aspects behind."""

import json
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import uvicorn
from fastapi import FastAPI

from catalog.catalog import Catalog
from lakeproof.services.api import catalog_app
from lakeproof.services.processes import require_free_port
from lakeproof.workspace import Workspace

_EVERY = 1.0  # seconds between looks at the log's end


def serve_forever(workspace: Workspace, *, port: int, without_token: bool) -> None:
    """Serve until SIGTERM or SIGINT. Raises BadInput when the port is taken."""
    if port:
        require_free_port(port, "catalog")
    app = catalog_app(workspace.catalog, workspace.lake, without_token=without_token)
    app.router.lifespan_context = _following(workspace.catalog)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    _Announced(config).run()


class _Announced(uvicorn.Server):
    """Tells whoever started this process, once requests are answered."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(json.dumps({"url": f"http://{host}:{port}"}), flush=True)


def _following(catalog: Catalog) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ended = threading.Event()
        follower = threading.Thread(target=_follow, args=(catalog, ended), name="aspects", daemon=True)
        follower.start()
        yield
        ended.set()
        follower.join()

    return lifespan


def _follow(catalog: Catalog, ended: threading.Event) -> None:
    while not ended.wait(_EVERY):
        catalog.aspects.project()
