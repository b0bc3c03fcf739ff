"""Services as child processes: started, awaited by the line they print when ready, ended by signal."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lineage.errors import BadInput, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A child that said it is ready, and where."""

    name: str
    url: str
    process: "subprocess.Popen[str]"


@contextmanager
def running(name: str, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Running]:
    """Start command, which prints one line `{"url": …}` when ready; end it with SIGTERM when the block ends.

    Its standard input is a pipe, so that it can tell when this process is gone (`services/parent.py`).
    Raises Fault when it ends before it is ready.
    """
    with subprocess.Popen(
        command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise Fault(
                    f"{name} ended with code {process.wait()} before it was ready",
                    next_move="read what it printed above",
                )
            yield Running(name=name, url=json.loads(line)["url"], process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def require_free_port(port: int, service: str) -> None:
    """Raise BadInput when something listens on the loopback port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise BadInput(
                f"port {port} for the {service} is taken",
                next_move="end what listens there, or choose another port (`lakeproof serve --help`)",
            ) from error
