"""A server that prints one line `{"url": …}` once it answers requests, for whoever started its process."""

import json
import socket

import uvicorn


class Announced(uvicorn.Server):
    """Runs as uvicorn's own does, on sockets given or on its own."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = (sockets or self.servers[0].sockets)[0].getsockname()[:2]
            print(json.dumps({"url": f"http://{host}:{port}"}), flush=True)
