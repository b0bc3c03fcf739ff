"""An HTTP app served from a thread of this process, for steps of ours that are processes of their own."""

import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from catalog.errors import NotAuthenticated
from catalog.web.errors import error_response


class Keyed:
    """An app for those who hold a key, sent as a bearer token: others get 401. The app itself never sees the key."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._wanted = f"Bearer {key}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = scope["headers"]
            held = [value for name, value in headers if name == b"authorization"]
            if not (len(held) == 1 and hmac.compare_digest(held[0], self._wanted)):
                error = NotAuthenticated(
                    "this intake is for the steps of one run", next_move="use `lakeproof serve`"
                )
                await error_response(error)(scope, receive, send)
                return
            scope = {**scope, "headers": [each for each in headers if each[0] != b"authorization"]}
        await self._app(scope, receive, send)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve app on a free loopback port while the block runs; gives its URL.

    The socket listens before the thread starts, so that the first request waits instead of failing.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="catalog", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
