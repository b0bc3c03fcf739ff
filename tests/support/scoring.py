"""A small scorecard, served; requests for it; predictions to file."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from inference.registry import MemoryRegistry
from lineage.canonical import canonical, sha256
from lineage.models import ModelVersion
from lineage.predictions import Prediction, Status
from lineage.recorder import Environment
from lineage.scorecard import BinnedFeature, Reason, Scorecard

MORTGAGE = ModelVersion(name="mortgage", version=1)
SERIES = UUID("0190b1a2-0000-7000-8000-000000000001")
NOON = datetime(2025, 12, 1, 12, 0, tzinfo=UTC)
ENVIRONMENT = Environment(code="c0ffee", lock_sha256="0" * 64, python="3.11", platform="test")

#: Applications of one person who is approved and one who is denied.
GOOD: dict[str, float | None] = {"obrat": 20.0, "hrat": 15.0, "pubrec": 0.0}
BAD: dict[str, float | None] = {"obrat": 60.0, "hrat": 15.0, "pubrec": 1.0}

CARD = Scorecard(
    start=500.0,
    even=500.0,
    doubling=20.0,
    approve_at=0.5,
    features=(
        BinnedFeature(
            name="obrat",
            label="obligations to income",
            text="Obligations are high",
            cuts=(36.0, 50.0),
            points=(30.0, 5.0, -60.0),
            missing=0.0,
        ),
        BinnedFeature(
            name="hrat",
            label="housing to income",
            text="Housing costs are high",
            cuts=(28.0,),
            points=(10.0, -5.0),
            missing=0.0,
        ),
        BinnedFeature(
            name="pubrec",
            label="public record",
            text="Bad public record",
            cuts=(0.5,),
            points=(20.0, -40.0),
            missing=-1.0,
        ),
    ),
)


def card_bytes() -> bytes:
    return canonical(CARD.to_json())


def registry_with(model: ModelVersion = MORTGAGE) -> MemoryRegistry:
    """A registry in which version 1 is deployed, 2 approved, 3 registered, and `dormant` not deployed."""
    registry = MemoryRegistry()
    for number in (1, 2, 3):
        version = ModelVersion(name=model.name, version=number)
        registry.register(version, card_bytes(), sha256(card_bytes()))
        if number < 3:
            registry.approve(version)
    registry.deploy(model)
    registry.register(ModelVersion(name="dormant", version=1), card_bytes(), sha256(card_bytes()))
    return registry


def tensor(name: str, *values: Any, datatype: str = "FP64") -> dict[str, Any]:
    return {"name": name, "shape": [len(values)], "datatype": datatype, "data": list(values)}


def request_for(*rows: Mapping[str, float | None], **parameters: Any) -> dict[str, Any]:
    """An inference request for rows of the card's features."""
    inputs = [tensor(name, *(row[name] for row in rows)) for name in CARD.names]
    return {"inputs": inputs, "parameters": parameters}


def body_of(request: Any) -> bytes:
    return json.dumps(request).encode()


def ids() -> "IdCounter":
    return IdCounter()


class IdCounter:
    """UUIDs 1, 2, 3, …"""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> UUID:
        return UUID(int=next(self._numbers))


def ticking() -> "Ticking":
    return Ticking()


class Ticking:
    """A clock that goes on a second at every look."""

    def __init__(self) -> None:
        self._now = NOON

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def prediction(number: int, **changes: Any) -> Prediction:
    """An ok prediction of mortgage@1; changes replace fields."""
    fields: dict[str, Any] = {
        "prediction_id": UUID(int=number),
        "requested_at": NOON + timedelta(microseconds=number),
        "model": MORTGAGE.name,
        "model_version": MORTGAGE.version,
        "deployment": 1,
        "application_id": f"A-{number:06d}",
        "subject_ref": f"S-{number}",
        "score": 0.25,
        "decision": "deny",
        "reasons": (Reason(feature="obrat", text="Obligations are high", points_lost=90.0),),
        "features": BAD,
        "status": Status.OK,
    }
    return Prediction(**{**fields, **changes})


def failed(number: int, **changes: Any) -> Prediction:
    """A failed prediction; changes replace fields."""
    nothing: dict[str, Any] = {"score": None, "decision": None, "reasons": (), "features": {}, "error": "no"}
    return prediction(number, **{"status": Status.FAILED, **nothing, **changes})
