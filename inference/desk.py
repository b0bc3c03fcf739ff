"""From a request to its answer: find the model, score, make it durable, answer. HTTP stays outside."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inference.errors import InvalidRequest, JournalUnavailable
from inference.framing import join
from inference.journal import Journal
from inference.models import Models
from inference.protocol import Request, parse, render
from inference.scoring import Asked, Loaded, refuse, score
from inference.sources import Sources
from lineage.errors import Fault, LakeproofError
from lineage.predictions import Prediction, Status
from lineage.times import Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP status and its JSON. `recorded`: the predictions now durable; none where the journal failed."""

    status: int
    content: dict[str, Any]
    recorded: tuple[Prediction, ...] = ()

    @property
    def outcome(self) -> Status:
        return Status.OK if self.status == 200 else Status.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    predictions: tuple[Prediction, ...]
    content: dict[str, Any]
    status: int = 200


class Desk:
    """Answers requests, one at a time or many at once on one event loop."""

    def __init__(
        self,
        *,
        journal: Journal,
        models: Models,
        sources: Sources,
        clock: Clock,
        new_id: Callable[[], UUID],
        most_rows: int,
    ) -> None:
        self._journal = journal
        self._models = models
        self._sources = sources
        self._clock = clock
        self._new_id = new_id
        self._most_rows = most_rows

    async def infer(self, model: str, version: str | None, body: bytes | LakeproofError) -> Reply:
        """Answer a request, or the error that kept it from being read. Never raises: all is recorded."""
        decided = await self._decide(Asked(model=model, at=self._clock()), version, body)
        try:
            await self._journal.append(join(one.canonical() for one in decided.predictions))
        except JournalUnavailable as error:
            return Reply(status=error.http_status, content=_error_content(error))
        return Reply(status=decided.status, content=decided.content, recorded=decided.predictions)

    async def _decide(self, asked: Asked, version: str | None, body: bytes | LakeproofError) -> _Decided:
        loaded: Loaded | None = None
        request = Request()
        try:
            try:
                loaded = await self._models.find(asked.model, version)
            except LakeproofError:
                # Whose application found no model to answer it is to be recorded as well.
                request = self._read(body, None)
                raise
            request = self._read(body, loaded)
            return await self._answer(request, loaded, asked)
        except LakeproofError as error:
            return self._refusal(request, loaded, asked, error)
        except Exception as error:  # noqa: BLE001 - a failure of ours is recorded like any other
            _log.exception("a request could not be scored")
            fault = Fault(f"a fault of ours: {type(error).__name__}", next_move="see the service's log")
            return self._refusal(request, loaded, asked, fault)

    def _read(self, body: bytes | LakeproofError, loaded: Loaded | None) -> Request:
        if isinstance(body, LakeproofError):
            raise body
        return parse(body, None if loaded is None else loaded.scorecard.names, most_rows=self._most_rows)

    async def _answer(self, request: Request, loaded: Loaded, asked: Asked) -> _Decided:
        if request.flaws:
            raise InvalidRequest(request.flaws)
        await self._sources.check(request.source)
        predictions = score(request, loaded, asked, self._new_id)
        return _Decided(
            predictions=predictions, content=render(predictions, request, digest=loaded.served.digest)
        )

    def _refusal(
        self, request: Request, loaded: Loaded | None, asked: Asked, error: LakeproofError
    ) -> _Decided:
        predictions = refuse(request, loaded, asked, str(error), self._new_id)
        return _Decided(
            predictions=predictions, content=_error_content(error, predictions), status=error.http_status
        )


def _error_content(error: LakeproofError, predictions: Sequence[Prediction] = ()) -> dict[str, Any]:
    """The protocol's error object, with every flaw and the ids under which the failure is recorded."""
    return {
        "error": str(error),
        "faults": list(error.flaws) if isinstance(error, InvalidRequest) else [],
        "prediction_ids": [str(one.prediction_id) for one in predictions],
    }
