"""The task that files what was journaled: at start, when enough waits, in time, and at the end."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from inference.drain import Filed
from inference.metrics import Metrics
from inference.settings import ScoringSettings

_log = logging.getLogger(__name__)
_LONGEST_PAUSE = 60.0


class Filing:
    """Runs `file` in a worker thread, never twice at once. What fails is tried again, ever more slowly."""

    def __init__(
        self, file: Callable[[], Sequence[Filed]], *, settings: ScoringSettings, metrics: Metrics
    ) -> None:
        self._file = file
        self._settings = settings
        self._metrics = metrics
        self._unfiled = 0
        self._enough = asyncio.Event()
        self._ending = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """File leftovers, then whatever comes."""
        self._task = asyncio.create_task(self._run())

    def count(self, predictions: int) -> None:
        """So many more are durable in the journal."""
        self._unfiled += predictions
        self._metrics.unfiled.set(self._unfiled)
        if self._unfiled >= self._settings.batch_predictions:
            self._enough.set()

    async def end(self) -> bool:
        """File the rest. False when that failed: it stays in the journal for the next start."""
        self._ending = True
        self._enough.set()
        if self._task is not None:
            await self._task
        return await self._once()

    async def _run(self) -> None:
        failures = 0
        first = True
        while not self._ending:
            if first or self._unfiled or failures:
                failures = 0 if await self._once() else failures + 1
            first = False
            await self._pause(failures)

    async def _pause(self, failures: int) -> None:
        """Until enough waits or the time is over; after failures only the time counts."""
        seconds = min(_LONGEST_PAUSE, self._settings.batch_seconds * 2**failures)
        if failures and not self._ending:
            self._enough.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._enough.wait(), seconds)
        self._enough.clear()

    async def _once(self) -> bool:
        counted = self._unfiled
        try:
            filed = await asyncio.to_thread(self._file)
        except Exception:  # noqa: BLE001 - whatever it was, the journal keeps the predictions
            _log.exception("predictions could not be filed; they stay in the journal and are tried again")
            self._metrics.drains_failed.inc()
            return False
        self._metrics.filed.inc(len(filed))
        self._unfiled -= counted
        self._metrics.unfiled.set(self._unfiled)
        return True
