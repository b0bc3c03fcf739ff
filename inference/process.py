"""The scoring service as a process: start, say where, serve until SIGTERM, file what is left, end."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from inference.announced import Announced
from inference.journal import FileJournal
from inference.registry import Registry
from inference.service import create_app
from inference.settings import ScoringSettings
from lakehouse.lake import Lake
from lineage.errors import BadInput
from lineage.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of one scoring process. `journal` is the folder in the home."""

    journal: Path
    registry: Registry
    lake: Lake
    recorder: Recorder
    settings: ScoringSettings

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then return; prints one line `{"url": …}` when ready.

        Raises BadInput when the port is taken, Fault when another process writes the journal.
        """
        listener = _listen(self.settings)
        journal = FileJournal(self.journal, new_id=self.recorder.new_id)
        app = create_app(
            journal=journal,
            registry=self.registry,
            lake=self.lake,
            recorder=self.recorder,
            settings=self.settings,
        )
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=self.settings.shutdown_seconds,
        )
        server = Announced(config)
        # Until uvicorn takes over the signals, this ends it; after its end it raises them again, in vain.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        try:
            server.run(sockets=[listener])
        finally:
            journal.close()
            listener.close()


def _listen(settings: ScoringSettings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise BadInput(
            f"{settings.host}:{settings.port} cannot be listened on: {error.strerror}",
            next_move="end what listens there, or set LAKEPROOF_SCORING_PORT",
        ) from error
