"""`python3 -m infra.setup [--tests]` in the project's folder: install what is missing, else just say so."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from . import browser, graphviz, jars, java, packages, postgresql
from .machine import ROOT, say


def main(arguments: list[str]) -> None:
    """Bring the project's environment to what the lock file and the pinned checksums say."""
    with _alone():
        kept = [java.ensure(), packages.ensure(), jars.ensure(), graphviz.ensure()]
        if "--tests" in arguments:
            kept += [browser.ensure(), postgresql.ensure()]
    say("ready: " + ", ".join(kept))


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups of one folder wait for each other; the lock goes with the process, however it ends."""
    with (ROOT / "pyproject.toml").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main(sys.argv[1:])
