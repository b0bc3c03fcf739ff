"""The audit app's process: `python -m lakeproof.services.audit_app_process --port N`, on loopback.

Prints one line `{"url": …}` once pages are answered; ends on SIGTERM or when standard input closes.
"""

import argparse
import json
import os
import socket
import sys
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TextIO

import httpx

from audit_app.pages import look
from lakeproof.home import Home
from lakeproof.services.audit_front import Front
from lakeproof.services.audit_session import foresee, rehearse
from lakeproof.services.parent import end_with_parent
from lakeproof.services.processes import require_free_port
from lakeproof.settings import read_settings
from lineage.errors import LakeproofError

SCRIPT = Path(__file__).with_name("audit_pages.py")
_HOST = "127.0.0.1"
_LOOK = 0.1  # seconds between looks at whether it answers
_SHARE = 0.0005  # seconds an answer in the making may hold up the sixty files of a page: a tenth of the usual
_OPTIONS = {
    "server.address": _HOST,
    "server.allowedHosts": ["127.0.0.1", "::1", "localhost"],
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "browser.gatherUsageStats": False,
    "browser.serverAddress": _HOST,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "runner.magicEnabled": False,
    "theme.base": "light",
    "theme.primaryColor": "#1d4e6b",
    "theme.backgroundColor": "#fbfaf7",
    "theme.secondaryBackgroundColor": "#f2efe8",
    "theme.textColor": "#1f2328",
    "theme.linkColor": "#1d4e6b",
    "theme.borderColor": "#dcd8cf",
    "theme.font": "sans-serif",
    "theme.headingFont": "serif",
    "theme.codeFont": "monospace",
    "theme.baseFontSize": 16,
    "theme.baseRadius": "4px",
    "theme.showWidgetBorder": True,
}


def serve(port: int) -> None:
    """Serve until SIGTERM. Raises NotFound when there is no home, BadInput when the port is taken."""
    from starlette.middleware import Middleware
    from streamlit import App, file_util

    Home(root=read_settings(os.environ).home).require()
    port = port or free_port()
    require_free_port(port, "audit app")
    front = Middleware(
        Front,
        folder=Path(file_util.get_static_dir()),
        title="Lakeproof",
        style=look.stylesheet(),
        foresee=foresee,
    )
    sys.setswitchinterval(_SHARE)
    announcer = threading.Thread(target=_announce, args=(port, sys.stdout), name="announcer", daemon=True)
    announcer.start()
    with redirect_stdout(sys.stderr):  # what Streamlit says is for people; our one line is for who started us
        App(SCRIPT, middleware=[front]).run(config=options(port))


def options(port: int) -> dict[str, Any]:
    """Streamlit's options, of which `server.port` is one."""
    return {**_OPTIONS, "server.port": port, "browser.serverPort": port}


def _announce(port: int, out: TextIO) -> None:
    announce(port, out)
    rehearse()


def announce(port: int, out: TextIO) -> None:
    """Print the address once pages are answered there."""
    url = f"http://{_HOST}:{port}"
    with httpx.Client(trust_env=False) as client:
        while not _answers(client, f"{url}/_stcore/health"):
            time.sleep(_LOOK)
    print(json.dumps({"url": url}), file=out, flush=True)


def _answers(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url).is_success
    except httpx.TransportError:
        return False


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Parse the port, serve."""
    parser = argparse.ArgumentParser(description="Serve the audit app on loopback.")
    parser.add_argument("--port", type=int, default=8501, help="0 takes a free one")
    port = parser.parse_args().port
    if not 0 <= port < 2**16:
        parser.error(f"--port {port} is no port: 0 to 65535")
    end_with_parent()
    serve(port)


if __name__ == "__main__":
    try:
        main()
    except LakeproofError as error:
        print(f"lakeproof audit app: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
