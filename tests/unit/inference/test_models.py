"""Deployments are remembered for a moment, refreshed beside the requests, and forgotten when they end."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from inference.errors import NotDeployed
from inference.models import Models
from inference.registry import MemoryRegistry, Served
from lineage.errors import Fault
from lineage.models import ModelVersion
from tests.support.scoring import registry_with


class Watched:
    """A registry that counts questions, and can be out of reach or withdraw everything."""

    def __init__(self) -> None:
        self.inner: MemoryRegistry = registry_with()
        self.asked = 0
        self.trouble: Exception | None = None

    def deployed(self, name: str) -> Served:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        return self.inner.deployed(name)

    def version(self, model: ModelVersion) -> Served:
        return self.inner.version(model)


class World:
    """Models over a watched registry, and a clock set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.registry = Watched()
        self.models = Models(self.registry, refresh_seconds=1.0, monotonic=lambda: self.now)

    async def version(self) -> int:
        return (await self.models.find("mortgage")).served.deployment.model.version

    async def refreshed(self) -> None:
        """Let the refresh that a request began come to its end."""
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait([task])


def _in_world(story: Callable[[World], Awaitable[None]]) -> None:
    async def tell() -> None:
        await story(World())

    asyncio.run(tell())


def test_the_registry_is_asked_once_for_many() -> None:
    """Requests that come together share one question, those within the refresh ask none."""

    async def story(world: World) -> None:
        assert await asyncio.gather(*(world.version() for _ in range(20))) == [1] * 20
        world.now = 0.9
        assert await world.version() == 1
        assert world.registry.asked == 1

    _in_world(story)


def test_a_refresh_does_not_keep_requests_waiting() -> None:
    """The first request after the time gets the remembered deployment, those after the refresh the new."""

    async def story(world: World) -> None:
        await world.version()
        world.registry.inner.deploy(ModelVersion(name="mortgage", version=2))
        world.now = 1.5
        assert await world.version() == 1
        await world.refreshed()
        assert await world.version() == 2
        assert world.registry.asked == 2

    _in_world(story)


def test_a_registry_out_of_reach_is_bridged_for_a_while() -> None:
    """Ten refreshes long the remembered deployment answers; then requests fail."""

    async def story(world: World) -> None:
        await world.version()
        world.registry.trouble = Fault("out of reach")
        world.now = 9.9
        assert await world.version() == 1
        await world.refreshed()
        world.now = 10.1
        with pytest.raises(Fault):
            await world.version()

    _in_world(story)


def test_what_is_withdrawn_is_forgotten_at_once() -> None:
    """Not deployed any more is an answer, where out of reach is none."""

    async def story(world: World) -> None:
        await world.version()
        world.registry.trouble = NotDeployed("withdrawn")
        world.now = 1.5
        await world.version()
        await world.refreshed()
        with pytest.raises(NotDeployed):
            await world.version()

    _in_world(story)
