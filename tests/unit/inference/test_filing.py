"""Filing: at start, when enough waits, in time, at the end; what fails is tried again."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from inference.drain import Filed
from inference.filing import Filing
from inference.metrics import Metrics
from inference.settings import ScoringSettings


class Office:
    """A filing whose work is counted; `failing` makes it raise; `done` is set after each try."""

    def __init__(self, settings: ScoringSettings) -> None:
        self.times = 0
        self.failing = False
        self.at_once = threading.Lock()
        self.done = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.metrics = Metrics()
        self.filing = Filing(self._file, settings=settings, metrics=self.metrics)

    def _file(self) -> tuple[Filed, ...]:
        assert self.at_once.acquire(blocking=False)
        self.times += 1
        self._loop.call_soon_threadsafe(self.done.set)
        self.at_once.release()
        if self.failing:
            raise OSError("no lake")
        return ()

    async def again(self) -> None:
        await asyncio.wait_for(self.done.wait(), 20)
        self.done.clear()


def _in_office(story: Callable[[Office], Awaitable[None]], **settings: float) -> None:
    async def tell() -> None:
        await story(Office(ScoringSettings(**{"batch_seconds": 600, **settings})))  # type: ignore[arg-type]

    asyncio.run(tell())


def test_leftovers_are_filed_at_start_and_the_rest_at_the_end() -> None:
    """Without a request in between, that is twice."""

    async def story(office: Office) -> None:
        office.filing.start()
        await office.again()
        assert await office.filing.end()
        assert office.times == 2

    _in_office(story)


def test_enough_predictions_are_filed_at_once() -> None:
    """Long before the time is over."""

    async def story(office: Office) -> None:
        office.filing.start()
        await office.again()
        office.filing.count(4)
        assert not office.done.is_set()
        office.filing.count(1)
        await office.again()
        await office.filing.end()

    _in_office(story, batch_predictions=5)


def test_few_predictions_are_filed_in_time() -> None:
    """One alone does not wait for others."""

    async def story(office: Office) -> None:
        office.filing.start()
        await office.again()
        office.filing.count(1)
        await office.again()
        await office.filing.end()

    _in_office(story, batch_seconds=0.05)


def test_what_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """And counted; when it succeeds, nothing waits any more."""

    async def story(office: Office) -> None:
        office.failing = True
        office.filing.start()
        await office.again()
        await office.again()
        office.filing.count(3)
        office.failing = False
        await office.again()
        assert await office.filing.end()
        text = office.metrics.render().decode()
        assert "lakeproof_scoring_unfiled 0.0" in text
        assert "lakeproof_scoring_drains_failed_total 0.0" not in text

    _in_office(story, batch_seconds=0.05)
    assert "stay in the journal" in caplog.text


def test_an_end_that_fails_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """The journal keeps them for the next start."""

    async def story(office: Office) -> None:
        office.filing.start()
        await office.again()
        office.failing = True
        assert not await office.filing.end()

    _in_office(story)
    assert "stay in the journal" in caplog.text
