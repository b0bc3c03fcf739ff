"""Where requests wait for the next commit: so many and so much of them, and those beyond are told to come again."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.errors import Busy

Job = TypeVar("Job")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What may wait at once: requests not yet answered, and bytes of their bodies, unpacked."""

    requests: int = 256
    bytes: int = 128 * 2**20


class Room:
    """The places of those who wait. Of one event loop: it counts without locks."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._requests = 0
        self._bytes = 0

    @contextmanager
    def place(self) -> Iterator[Callable[[int], None]]:
        """A place for one request, until it is answered; to be told of its body's bytes as they come.

        Raises Busy, then or when told, when with it too much would wait.
        """
        held = 0

        def hold(size: int) -> None:
            nonlocal held
            if self._bytes + size > self._waiting.bytes:
                raise self._busy()
            held += size
            self._bytes += size

        if self._requests == self._waiting.requests:
            raise self._busy()
        self._requests += 1
        try:
            yield hold
        finally:
            self._requests -= 1
            self._bytes -= held

    def _busy(self) -> Busy:
        return Busy(
            f"{self._requests} requests with {self._bytes} bytes wait to be logged already",
            next_move="send it again after the seconds that Retry-After names",
        )


class Line(Generic[Job, Answer]):
    """Takes jobs of one event loop, a group at a time and in the order they came, to `work` in a thread.

    `work` answers each job of a group, together or not at all. When it fails, each is tried alone, so that
    none fails with another's fault.

    A group costs as much as several jobs. So it waits for as many as there were at once the last time, as long as
    they come one within `soon` seconds of the other: those just answered are about to ask again. Who asks alone never
    waits.
    """

    _MOST = 500  # jobs in a group

    def __init__(self, work: Callable[[Sequence[Job]], Sequence[Answer]], *, soon: float = 0.001) -> None:
        self._work = work
        self._soon = soon
        self._jobs: deque[tuple[Job, asyncio.Future[Answer]]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._crowd = 1
        self._here: asyncio.Future[None] | None = None

    async def answer(self, job: Job) -> Answer:
        """What `work` answers to job; raises what it raises for it."""
        promised: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._jobs.append((job, promised))
        if self._here is not None and len(self._jobs) >= self._crowd:
            _settle(self._here)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._run())
        return await promised

    async def _run(self) -> None:
        while self._jobs:
            await self._muster()
            group = [self._jobs.popleft() for _ in range(min(len(self._jobs), self._MOST))]
            await self._serve(group)
            self._crowd = min(len(group) + len(self._jobs), self._MOST)

    async def _muster(self) -> None:
        """Wait until the crowd is here, or nobody comes any more."""
        loop = asyncio.get_running_loop()
        before = 0
        while before < len(self._jobs) < self._crowd:
            before = len(self._jobs)
            self._here = loop.create_future()
            timer = loop.call_later(self._soon, _settle, self._here)
            await self._here
            timer.cancel()
        self._here = None

    async def _serve(self, group: list[tuple[Job, asyncio.Future[Answer]]]) -> None:
        try:
            # Not by the framework's own way to a thread, which costs as much as taking an event in.
            loop = asyncio.get_running_loop()
            answers = await loop.run_in_executor(None, self._work, [job for job, _ in group])
        except Exception as error:  # noqa: BLE001  # it is raised again, where the job was asked
            if len(group) > 1:
                for each in group:
                    await self._serve([each])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, promised), answer in zip(group, answers, strict=True):
            if not promised.done():  # whoever asked may have gone
                promised.set_result(answer)


def _settle(here: asyncio.Future[None]) -> None:
    if not here.done():
        here.set_result(None)
