"""A PostgreSQL server for tests and benchmarks, thrown away afterwards; reached by a socket in its own folder.

Its keeper is a process of its own (`python -m tests.support.postgres`): it ends the server and removes the
folder when its standard input closes, so that nothing stays behind, however whoever asked for it ended.
"""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import chown
from typing import Any

import psycopg
from psycopg import sql

from infra.setup.postgresql import programs

ROOT = Path(__file__).parents[2]
USER = "lakeproof"

# It will not run as root.
_UNPRIVILEGED = "nobody"
_LOOK = 0.02  # seconds between looks at whether it answers
_PATIENCE = 60.0
# Text sorted as English readers expect, so that what must not depend on it shows.
_ENGLISH = ("--locale-provider=icu", "--icu-locale=en-US")
_CONFIGURATION = (
    "listen_addresses=",
    "fsync=on",
    "max_connections=200",
    "shared_buffers=64MB",
    "wal_level=minimal",
    "max_wal_senders=0",
)


class Server:
    """A running server: databases are made, used, and go with it."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._names = (f"database_{number}" for number in itertools.count(1))

    def database(self, *, like: str | None = None) -> str:
        """The address of a new database: empty, or a copy of one made here to which nobody is connected."""
        name = next(self._names)
        template = "template1" if like is None else _name(like)
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with psycopg.connect(host=self._folder, user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(make)
        return f"postgresql+psycopg://{USER}@/{name}?host={self._folder}"


@contextmanager
def connected(address: str) -> Iterator["psycopg.Connection[Any]"]:
    """A connection behind the program's back."""
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


@contextmanager
def serving() -> Iterator[Server]:
    """A server as long as the block lasts. `programs` must have found one."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.support.postgres"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with keeper:
        assert keeper.stdout is not None and keeper.stdin is not None
        folder = keeper.stdout.readline().strip()
        assert folder, "the server did not start; its keeper says why above"
        try:
            yield Server(folder)
        finally:
            keeper.stdin.close()


def _name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def _keep() -> None:
    found = programs()
    assert found is not None, "PostgreSQL is not installed"
    # Not in TMPDIR: a socket's path may have a hundred characters.
    with tempfile.TemporaryDirectory(prefix="lakeproof-postgresql-", dir="/tmp") as folder:
        as_user: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:
            chown(folder, _UNPRIVILEGED)
            as_user |= {"user": _UNPRIVILEGED, "extra_groups": []}
        _initialise(found, folder, as_user)
        options = [word for each in _CONFIGURATION for word in ("-c", each)]
        command = [str(found / "postgres"), "-D", f"{folder}/data", "-k", folder, *options]
        with (
            Path(folder, "log").open("w") as log,
            subprocess.Popen(command, stderr=log, text=True, **as_user) as server,
        ):
            try:
                _await(folder, server)
                print(folder, flush=True)
                sys.stdin.read()
            finally:
                server.send_signal(signal.SIGQUIT)  # at once: nobody will read its files again


def _initialise(found: Path, folder: str, as_user: dict[str, Any]) -> None:
    command = [str(found / "initdb"), "-D", f"{folder}/data", "--auth=trust", f"--username={USER}"]
    command += ["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"]
    complaints = ""
    for extra in (_ENGLISH, ()):
        done = subprocess.run([*command, *extra], capture_output=True, text=True, check=False, **as_user)
        if done.returncode == 0:
            return
        complaints += done.stderr
    raise SystemExit(complaints)


def _await(folder: str, server: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(host=folder, user=USER, dbname="postgres").close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{error}\n{Path(folder, 'log').read_text()}") from error
            time.sleep(_LOOK)
        else:
            return


if __name__ == "__main__":
    _keep()
