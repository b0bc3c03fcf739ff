"""The record served over HTTP by a process of its own, so that tests can kill it: home → its URL on one line."""

import socket
import sys
from pathlib import Path

import uvicorn

from catalog.catalog import Catalog
from lakeproof.services.record import record_app


def main(home: Path) -> None:
    """Serve until killed."""
    with Catalog.open(home) as catalog:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(record_app(catalog, without_token=True), log_level="error", access_log=False)
        print(f"127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
