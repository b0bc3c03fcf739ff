"""Whether the table versions that requests name exist; each is looked up once."""

import asyncio

from inference.errors import InvalidRequest
from lakehouse.lake import Lake
from lineage.errors import NotFound
from lineage.names import TableVersion

_MOST_REMEMBERED = 10_000


class Sources:
    """Versions never go away again while a request lasts, so that only those found are remembered."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._found: set[TableVersion] = set()

    async def check(self, source: TableVersion | None) -> None:
        """Raise InvalidRequest unless the version can be read; None was not named and is not checked."""
        if source is None or source in self._found:
            return
        try:
            await asyncio.to_thread(self._lake.at, source)
        except NotFound as error:
            raise InvalidRequest([f"$.parameters.source: {error}"]) from error
        if len(self._found) < _MOST_REMEMBERED:
            self._found.add(source)
