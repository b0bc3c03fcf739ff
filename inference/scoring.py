"""Decide what a request is answered, and what is recorded of it. Pure: time and ids are arguments."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from uuid import UUID

from inference.protocol import Request
from inference.registry import Served
from inference.tensors import shown
from lineage.errors import Fault, LakeproofError
from lineage.predictions import Prediction, Status
from lineage.scorecard import Scorecard

_LONGEST_ERROR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A deployment ready to score."""

    served: Served
    scorecard: Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which model was asked, by the name in the address, and when."""

    model: str
    at: datetime


def load(served: Served) -> Loaded:
    """Read the scorecard of a deployment. Raises Fault when it is none: what was approved is not there."""
    try:
        scorecard = Scorecard.from_json(json.loads(served.scorecard))
    except (ValueError, LakeproofError) as error:
        raise Fault(
            f"the scorecard of {served.deployment.model} is damaged: {error}",
            next_move="`lakeproof models show` compares its digest; restore the model's folder from a backup",
        ) from error
    return Loaded(served=served, scorecard=scorecard)


def score(
    request: Request, loaded: Loaded, asked: Asked, new_id: Callable[[], UUID]
) -> tuple[Prediction, ...]:
    """One prediction per row, all ok. The request has no flaws. Raises BadInput as the scorecard does."""
    deployment = loaded.served.deployment
    answers = [(row, loaded.scorecard.score(row.features)) for row in request.rows]
    return tuple(
        Prediction(
            prediction_id=new_id(),
            requested_at=asked.at,
            model=deployment.model.name,
            model_version=deployment.model.version,
            deployment=deployment.number,
            source=request.source,
            application_id=row.application_id,
            subject_ref=row.subject_ref,
            features=row.features,
            status=Status.OK,
            score=answer.score,
            decision=answer.decision.value,
            reasons=answer.reasons,
        )
        for row, answer in answers
    )


def refuse(
    request: Request, loaded: Loaded | None, asked: Asked, error: str, new_id: Callable[[], UUID]
) -> tuple[Prediction, ...]:
    """One failed prediction per row of a request that is not scored, with what could be read of it."""
    deployment = None if loaded is None else loaded.served.deployment
    return tuple(
        Prediction(
            prediction_id=new_id(),
            requested_at=asked.at,
            model=shown(asked.model),
            model_version=None if deployment is None else deployment.model.version,
            deployment=None if deployment is None else deployment.number,
            source=request.source,
            application_id=row.application_id,
            subject_ref=row.subject_ref,
            features=row.features,
            status=Status.FAILED,
            error=text,
        )
        for row, text in zip(request.rows, _once(error), strict=False)
    )


def _once(error: str) -> Iterator[str]:
    """The error in full for the first row, a pointer to it for the others: they were refused together."""
    yield error if len(error) <= _LONGEST_ERROR else f"{error[:_LONGEST_ERROR]}…"
    yield from repeat("refused with the first row of its request")
