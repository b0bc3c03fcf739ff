"""The scorecard behind a decision: is it the one that was deployed, and does it give the same again."""

import json
from collections.abc import Iterator
from pathlib import Path

from audit_app.behind.served import Served
from audit_app.checks import Check, failed, holds, not_checkable
from audit_app.sources import Sources
from lineage.canonical import sha256
from lineage.errors import LakeproofError
from lineage.predictions import Prediction, Status
from lineage.scorecard import Scorecard

SCORECARD = "scorecard.json"


def scorecard_path(sources: Sources, digest: str) -> Path:
    """Where the home keeps a model's scorecard."""
    return sources.lake.root.parent / "models" / digest / SCORECARD


def check_score(sources: Sources, served: Served, prediction: Prediction) -> Iterator[Check]:
    """Whether the scorecard is the deployed one, and gives this score, decision and reasons again."""
    if prediction.status is not Status.OK or served.deployed is None:
        return
    body = served.deployed.body()
    about = f"scorecard of {served.model}"
    try:
        content = scorecard_path(sources, str(body.get("digest"))).read_bytes()
    except OSError as error:
        yield not_checkable("scorecard", about, f"the home no longer holds it: {error.strerror}")
        return
    same = sha256(content) == body.get("scorecard_sha256")
    otherwise = "the file is not the one that was deployed: its SHA-256 differs"
    yield holds("scorecard", about, same, said="the file is the one that was deployed", otherwise=otherwise)
    if same:
        yield recomputed(content, prediction)


def approve_at(sources: Sources, served: Served) -> float | None:
    """The score from which on the model approves; None where its scorecard cannot be read."""
    digest = None if served.deployed is None else served.deployed.body().get("digest")
    try:
        content = scorecard_path(sources, str(digest)).read_bytes()
        return Scorecard.from_json(json.loads(content)).approve_at
    except (OSError, ValueError, LakeproofError):
        return None


def recomputed(scorecard: bytes, prediction: Prediction) -> Check:
    """Score the features again. Pure."""
    about = f"score of {prediction.prediction_id}"
    try:
        again = Scorecard.from_json(json.loads(scorecard)).score(prediction.features)
    except (LakeproofError, ValueError) as error:
        return failed("score", about, f"the scorecard cannot score these features: {error}")
    same = (again.score, again.decision.value, again.reasons) == (
        prediction.score,
        prediction.decision,
        prediction.reasons,
    )
    return holds(
        "score",
        about,
        same,
        said="computed again from the features: the same score, decision and reasons",
        otherwise=f"computed again it is {again.score} ({again.decision}), or for other reasons",
    )
