"""The deployments in force, remembered for a moment so that scoring does not wait for the registry."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from inference.errors import UnknownModel
from inference.registry import Registry, Served, unknown_model
from inference.scoring import Loaded, load
from lineage.errors import Fault, LakeproofError
from lineage.models import ModelVersion

_Key = tuple[str, str | None]

#: How many refreshes may fail before the remembered deployment no longer answers.
_PATIENCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    loaded: Loaded
    at: float


class Models:
    """Asks the registry every `refresh_seconds` per model, beside the requests rather than before them.

    A deployment or rollback is in force within two refreshes. A registry that cannot be reached is
    bridged for ten; after that, requests fail: nobody could say any more what is deployed.
    """

    def __init__(
        self, registry: Registry, *, refresh_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._registry = registry
        self._refresh = refresh_seconds
        self._monotonic = monotonic
        self._known: dict[_Key, _Remembered] = {}
        self._asking: dict[_Key, asyncio.Task[Loaded]] = {}

    async def find(self, name: str, version: str | None = None) -> Loaded:
        """The deployment that answers. Raises UnknownModel, NotApproved, NotDeployed, Fault."""
        key = (name, version)
        known = self._known.get(key)
        age = float("inf") if known is None else self._monotonic() - known.at
        if known is not None and age < self._refresh:
            return known.loaded
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(key))
            task.add_done_callback(_seen)
            self._asking[key] = task
        if known is not None and age < self._refresh * _PATIENCE:
            return known.loaded
        return await asyncio.shield(task)

    async def _ask(self, key: _Key) -> Loaded:
        try:
            served = await asyncio.to_thread(self._look_up, *key)
            known = self._known.get(key)
            loaded = known.loaded if known is not None and known.loaded.served == served else load(served)
            self._known[key] = _Remembered(loaded=loaded, at=self._monotonic())
            return loaded
        except Fault:
            raise
        except LakeproofError:
            # Not in force any more: forget it, where a fault would leave it remembered.
            self._known.pop(key, None)
            raise
        finally:
            del self._asking[key]

    def _look_up(self, name: str, version: str | None) -> Served:
        if not name.isprintable():
            raise unknown_model(f"{name!a}")
        if version is None:
            return self._registry.deployed(name)
        if not (version.isascii() and version.isdigit() and len(version) < 10):
            raise UnknownModel(
                f"{version!a} is no version of {name}", next_move="versions are numbers: 1, 2, …"
            )
        return self._registry.version(ModelVersion(name=name, version=int(version)))


def _seen(task: asyncio.Task[Loaded]) -> None:
    """Mark the task's error as read: when nobody waits, the next request meets it again."""
    if not task.cancelled():
        task.exception()
