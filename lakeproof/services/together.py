"""Catalog, scoring and audit app together: three child processes on loopback, until interrupted."""

import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from lakeproof import project
from lakeproof.services.processes import require_free_port, running
from lakeproof.settings import Settings
from lineage.errors import Fault

PORTS = {"catalog": 8080, "scoring": 8090, "audit app": 8501}


def serve_together(settings: Settings, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Start the three, print their addresses, end them together. Raises BadInput when a port is taken."""
    require_free_ports()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    own = {**environment, "LAKEPROOF_HOME": str(settings.home)}
    with ExitStack() as children:
        services = [children.enter_context(running(name, _command(name), own)) for name in PORTS]
        for child in services:
            say(f"  {child.name:10} {child.url}")
        say("Ctrl-C ends them.")
        while not ended.wait(1):
            gone = [child.name for child in services if child.process.poll() is not None]
            if gone:
                raise Fault(f"{', '.join(gone)} ended by itself", next_move="read what it printed above")


def require_free_ports() -> None:
    """Raise BadInput when a port of the three is taken."""
    for service, port in PORTS.items():
        require_free_port(port, service)


def _command(service: str) -> list[str]:
    python = project.python()
    match service:
        case "catalog":
            return [python, "-m", "lakeproof", "catalog", "serve", "--port", str(PORTS[service])]
        case "scoring":
            return [python, "-m", "lakeproof.services.scoring"]
        case _:
            return [python, "-m", "lakeproof.services.audit_app_process", "--port", str(PORTS[service])]
