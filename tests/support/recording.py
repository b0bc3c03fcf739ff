"""A tiny HTTP server that takes OpenLineage events and keeps them."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Recording:
    """`events` in order of arrival; `tokens`: the authorization header of each."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.events: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []

    def of(self, job: str, state: str = "COMPLETE") -> dict[str, Any]:
        """The one event of a job in a state."""
        (event,) = [e for e in self.events if e["job"]["name"] == job and e["eventType"] == state]
        return event


@contextmanager
def recording_server() -> Iterator[Recording]:
    """Serve on an ephemeral port of the loopback."""
    received: list[Recording] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            received[0].tokens.append(self.headers.get("Authorization"))
            received[0].events.append(json.loads(body))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.append(Recording(f"http://127.0.0.1:{server.server_port}"))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield received[0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
