"""One prediction as a value, and its canonical bytes: what is journaled, proven and filed. Pure.

The bytes are the leaf of the batch's Merkle tree. Where the prediction was filed (batch, leaf index) is not
among them: the proof itself says that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lineage.canonical import Json, canonical
from lineage.errors import BadInput
from lineage.names import TableVersion
from lineage.scorecard import Reason
from lineage.times import parse_moment, render_moment


class Status(StrEnum):
    OK = "ok"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What was asked and what was answered, for one row of a request.

    A failed one has an error and no score, decision or reasons; its model version and deployment are None
    when no deployment answered. `features` holds the values as used; None is a value the caller did not know.
    `source` is the table version the caller says the features came from.
    """

    prediction_id: UUID
    requested_at: datetime
    model: str
    status: Status
    application_id: str | None = None
    subject_ref: str | None = None
    model_version: int | None = None
    deployment: int | None = None
    source: TableVersion | None = None
    score: float | None = None
    decision: str | None = None
    reasons: tuple[Reason, ...] = ()
    features: Mapping[str, float | None]
    error: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Plain JSON with every field present."""
        return {
            "prediction_id": str(self.prediction_id),
            "application_id": self.application_id,
            "subject_ref": self.subject_ref,
            "requested_at": render_moment(self.requested_at),
            "model": self.model,
            "model_version": self.model_version,
            "deployment": self.deployment,
            "source": None if self.source is None else str(self.source),
            "score": self.score,
            "decision": self.decision,
            "reasons": [reason.to_json() for reason in self.reasons],
            "features": dict(self.features),
            "status": self.status.value,
            "error": self.error,
        }

    def canonical(self) -> bytes:
        """RFC 8785 bytes of `to_json`, one line."""
        return canonical(self.to_json())

    def to_row(self) -> dict[str, Any]:
        """The columns of `serving.predictions` but for `batch` and `leaf_index`."""
        return {
            "prediction_id": str(self.prediction_id),
            "application_id": self.application_id,
            "subject_ref": self.subject_ref,
            "requested_at": self.requested_at,
            "model": self.model,
            "model_version": self.model_version,
            "deployment": self.deployment,
            "source": None if self.source is None else str(self.source),
            "score": self.score,
            "decision": self.decision,
            "reasons": _compact([reason.to_json() for reason in self.reasons]),
            "features": _compact(dict(self.features)),
            "status": self.status.value,
            "error": self.error,
        }

    @classmethod
    def parse(cls, line: bytes) -> "Prediction":
        """The prediction of canonical bytes. Raises BadInput when they are none."""
        try:
            record = json.loads(line)
            return _prediction(record, record["reasons"], record["features"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"not a prediction record: {error!r}") from error

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Prediction":
        """The prediction of a row of `serving.predictions` (other columns are ignored). Raises BadInput."""
        try:
            return _prediction(row, json.loads(row["reasons"]), json.loads(row["features"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"not a row of serving.predictions: {error!r}") from error


def prediction_leaf(row: Mapping[str, Any]) -> bytes:
    """The leaf's bytes (not yet hashed) of a row of `serving.predictions`: those that were journaled.

    `lineage.merkle.leaf_hash` of them, at `leaf_index`, is in the root that the batch's run states.
    """
    return Prediction.from_row(row).canonical()


def _compact(value: Json) -> str:
    """JSON for a column. Not canonical, which costs ten times as much: the leaf is made from the values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _prediction(
    record: Mapping[str, Any], reasons: list[dict[str, Any]], features: dict[str, float | None]
) -> Prediction:
    at = record["requested_at"]
    source, score = record["source"], record["score"]
    return Prediction(
        prediction_id=UUID(record["prediction_id"]),
        application_id=record["application_id"],
        subject_ref=record["subject_ref"],
        requested_at=at if isinstance(at, datetime) else parse_moment(at),
        model=record["model"],
        model_version=record["model_version"],
        deployment=record["deployment"],
        source=None if source is None else TableVersion.parse(source),
        score=None if score is None else float(score),
        decision=record["decision"],
        reasons=tuple(
            Reason(feature=one["feature"], points_lost=float(one["points_lost"]), text=one["text"])
            for one in reasons
        ),
        features={name: None if value is None else float(value) for name, value in features.items()},
        status=Status(record["status"]),
        error=record["error"],
    )
