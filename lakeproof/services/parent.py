"""A child process ends with its parent: its standard input is a pipe that closes when the parent is gone."""

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """Ask this process to end, as by SIGTERM, when standard input closes."""
    threading.Thread(target=_wait, name="parent", daemon=True).start()


def _wait() -> None:
    # Not through sys.stdin: the interpreter cannot shut down while another thread holds its lock.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
