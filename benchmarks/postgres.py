"""A PostgreSQL server for measuring: `python -m benchmarks.postgres COMMAND…` runs a command on a new database.

The command finds its address in LAKEPROOF_DATABASE. The server syncs every commit; it and all in it go afterwards.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.postgres import serving


@contextmanager
def database() -> Iterator[str]:
    """The address of a new, empty database as long as the block lasts."""
    with serving() as server:
        yield server.database()


def main(command: list[str]) -> int:
    with database() as address:
        return subprocess.run(
            command, env={**os.environ, "LAKEPROOF_DATABASE": address}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
