"""Catalog, scoring and audit app together: three child processes on loopback, until interrupted."""

import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields

from lakeproof import project
from lakeproof.services.processes import require_free_port, running
from lakeproof.settings import Settings
from lineage.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the three listen on loopback; 0 takes a free one."""

    catalog: int = 8080
    scoring: int = 8090
    audit_app: int = 8501

    def require_free(self) -> None:
        """Raise BadInput when one of them is taken."""
        for name in fields(self):
            if port := getattr(self, name.name):
                require_free_port(port, name.name.replace("_", " "))


def serve_together(
    settings: Settings, environment: Mapping[str, str], say: Callable[[str], None], ports: Ports
) -> None:
    """Start the three, print their addresses, end them together. Raises BadInput when a port is taken."""
    ports.require_free()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    own = {
        **environment,
        "LAKEPROOF_HOME": str(settings.home),
        "LAKEPROOF_SCORING_PORT": str(ports.scoring),
    }
    with ExitStack() as children:
        services = [
            children.enter_context(running(name, command, own)) for name, command in _commands(ports).items()
        ]
        for child in services:
            say(f"  {child.name:10} {child.url}")
        say("Ctrl-C ends them.")
        while not ended.wait(1):
            gone = [child.name for child in services if child.process.poll() is not None]
            if gone:
                raise Fault(f"{', '.join(gone)} ended by itself", next_move="read what it printed above")


def _commands(ports: Ports) -> dict[str, list[str]]:
    module = [project.python(), "-m"]
    return {
        "catalog": [*module, "lakeproof.services.catalog", "--port", str(ports.catalog)],
        "scoring": [*module, "lakeproof.services.scoring"],
        "audit app": [*module, "lakeproof.services.audit_app_process", "--port", str(ports.audit_app)],
    }
