"""A child process beside a service, for work that must not hold the service up.

The child's standard input is the only thread between the two. A byte on it means that there is work; its end, that the
service is gone, killed or not.
"""

import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

_BREATH = 1.0  # seconds before a child that ended by itself is started again
_MANY = 65_536  # calls that are heard as one


class Companion:
    """Runs a command for as long as the block lasts: started again when it ends by itself, told when that was."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._name = name
        self._command = command
        self._environment = environment
        # One pipe for all lives of the child: who calls never writes where something else was opened meanwhile.
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._mouth, False)
        self._ended = threading.Event()
        self._changing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper = threading.Thread(target=self._keep, name=name, daemon=True)

    @property
    def pid(self) -> int | None:
        """The child's process at the moment; None before its first."""
        process = self._process
        return None if process is None else process.pid

    def call(self) -> None:
        """Say that there is work. Waits for nothing, and is forgotten where the child has not heard the last ones."""
        if self._ended.is_set():
            return
        try:
            os.write(self._mouth, b"\n")
        except BlockingIOError:
            return

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        with self._changing:
            if self._process is not None:
                self._process.terminate()
        self._keeper.join()
        os.close(self._mouth)
        os.close(self._ear)

    def _keep(self) -> None:
        while (process := self._started()) is not None:
            code = process.wait()
            if not self._ended.is_set():
                print(f"lakeproof: {self._name} ended with code {code}", file=sys.stderr, flush=True)
                self._ended.wait(_BREATH)

    def _started(self) -> "subprocess.Popen[bytes] | None":
        with self._changing:
            if self._ended.is_set():
                return None
            # A group of its own: what a terminal sends to interrupt the service is not for the child.
            self._process = subprocess.Popen(
                self._command,
                env=dict(self._environment),
                stdin=self._ear,
                stdout=subprocess.DEVNULL,
                process_group=0,
            )
            return self._process


def work_when_called(work: Callable[[], object], *, at_least_every: float, ear: int = 0) -> None:
    """In the child: `work` until it finds nothing more to do, again at each call and after so many seconds.

    Returns when the service is gone.
    """
    patience = 0.0
    while _there(ear, patience):
        patience = 0.0 if work() else at_least_every


def _there(ear: int, patience: float) -> bool:
    """Wait for a call. False when nobody can call any more."""
    called, _, _ = select.select([ear], [], [], patience)
    return not called or bool(os.read(ear, _MANY))
