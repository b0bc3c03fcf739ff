"""A scorecard: features fall into bins, bins give points, points give a probability, a decision and reasons.

Pure arithmetic on plain values, so that whoever serves, replays or verifies a decision computes the same as
whoever trained it. Points are on a scale of odds: `even` points are odds of 1:1, each `doubling` points more
double them. Nothing here knows how a card was fitted.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from lineage.canonical import Json
from lineage.errors import BadInput

#: What a feature may be; None and NaN are missing.
Value: TypeAlias = "bool | int | float | None"

MOST_REASONS = 4
_FORMAT = 1


class Decision(StrEnum):
    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class BinnedFeature:
    """One feature of a card. A value x lies in bin i = number of cuts below x, and gets `points[i]`.

    `label` names it to people; `text` says, as a reason for a denial, that it cost points.
    """

    name: str
    label: str
    text: str
    cuts: tuple[float, ...]
    points: tuple[float, ...]
    missing: float

    @property
    def best(self) -> float:
        """The most points that a known value can get."""
        return max(self.points)

    def bin_of(self, value: Value) -> int | None:
        """The bin's index, None for a missing value."""
        return None if value is None or math.isnan(value) else bisect_left(self.cuts, value)

    def bin_text(self, index: int | None) -> str:
        """The bin as people read it: `missing`, `≤ 36`, `36 – 40`, `> 40`, or `any`."""
        if index is None:
            return "missing"
        if not self.cuts:
            return "any"
        if index == 0:
            return f"≤ {self.cuts[0]:g}"
        if index == len(self.cuts):
            return f"> {self.cuts[-1]:g}"
        return f"{self.cuts[index - 1]:g} – {self.cuts[index]:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one feature did to one score. `lost`: points short of the feature's best bin, never negative."""

    feature: str
    bin: str
    points: float
    lost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One principal reason: a feature of the model that cost points."""

    feature: str
    text: str
    points_lost: float

    def to_json(self) -> dict[str, Json]:
        return {"feature": self.feature, "text": self.text, "points_lost": self.points_lost}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """`score`: probability of approval, 0 to 1. `reasons`: at most four, most points lost first."""

    score: float
    points: float
    decision: Decision
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """`start` points before any feature; approved is who scores `approve_at` (a probability) or more."""

    start: float
    even: float
    doubling: float
    approve_at: float
    features: tuple[BinnedFeature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    def contributions(self, values: Mapping[str, Value]) -> tuple[Contribution, ...]:
        """Points per feature, in the card's order. Names the card does not use are ignored.

        Raises BadInput, listing every fault, when a feature is absent (None says missing) or is no number.
        """
        _check(self.names, values)
        return tuple(_contribution(feature, values[feature.name]) for feature in self.features)

    def score(self, values: Mapping[str, Value]) -> Scored:
        """Score one application; raises as `contributions` does."""
        parts = self.contributions(values)
        points = self.start + math.fsum(part.points for part in parts)
        score = self.probability(points)
        return Scored(
            score=score,
            points=points,
            decision=Decision.APPROVE if score >= self.approve_at else Decision.DENY,
            reasons=self._reasons(parts),
        )

    def probability(self, points: float) -> float:
        """Probability of approval at a sum of points."""
        doublings = (points - self.even) / self.doubling
        return 1.0 / (1.0 + math.exp2(min(-doublings, 1000.0)))

    def to_json(self) -> dict[str, Json]:
        return {
            "scorecard": _FORMAT,
            "start": self.start,
            "even": self.even,
            "doubling": self.doubling,
            "approve_at": self.approve_at,
            "features": [_feature_json(feature) for feature in self.features],
        }

    @classmethod
    def from_json(cls, value: Json) -> "Scorecard":
        """Raise BadInput, naming the path, unless value is what `to_json` gives."""
        card = _object(value, "$")
        if card.get("scorecard") != _FORMAT:
            raise _broken("$.scorecard", f"the format number {_FORMAT}")
        features = card.get("features")
        if not isinstance(features, list | tuple):
            raise _broken("$.features", "a list")
        parsed = tuple(_feature(item, f"$.features[{index}]") for index, item in enumerate(features))
        if len({feature.name for feature in parsed}) != len(parsed):
            raise _broken("$.features", "a list in which no name comes twice")
        return cls(
            start=_number(card, "start", "$"),
            even=_number(card, "even", "$"),
            doubling=_number(card, "doubling", "$"),
            approve_at=_number(card, "approve_at", "$"),
            features=parsed,
        )

    def _reasons(self, parts: tuple[Contribution, ...]) -> tuple[Reason, ...]:
        costly = sorted((part for part in parts if part.lost > 0), key=lambda part: -part.lost)
        by_name = {feature.name: feature for feature in self.features}
        return tuple(
            Reason(feature=part.feature, text=_text(by_name[part.feature], part), points_lost=part.lost)
            for part in costly[:MOST_REASONS]
        )


def _contribution(feature: BinnedFeature, value: Value) -> Contribution:
    index = feature.bin_of(value)
    points = feature.missing if index is None else feature.points[index]
    lost = max(0.0, feature.best - points)
    return Contribution(feature=feature.name, bin=feature.bin_text(index), points=points, lost=lost)


def _text(feature: BinnedFeature, part: Contribution) -> str:
    return f"No information about: {feature.label}" if part.bin == "missing" else feature.text


def _check(names: tuple[str, ...], values: Mapping[str, Value]) -> None:
    absent = [f"{name} is absent" for name in names if name not in values]
    wrong = [
        f"{name} is {values[name]!r}" for name in names if name in values and not _is_value(values[name])
    ]
    if absent or wrong:
        raise BadInput(
            f"cannot be scored: {', '.join(absent + wrong)}",
            next_move="give each feature a finite number, or null where it is not known",
        )


def _is_value(value: object) -> bool:
    return value is None or (isinstance(value, bool | int | float) and not math.isinf(value))


def _feature_json(feature: BinnedFeature) -> dict[str, Json]:
    return {
        "name": feature.name,
        "label": feature.label,
        "text": feature.text,
        "cuts": list(feature.cuts),
        "points": list(feature.points),
        "missing": feature.missing,
    }


def _feature(value: Json, path: str) -> BinnedFeature:
    item = _object(value, path)
    cuts, points = _numbers(item, "cuts", path), _numbers(item, "points", path)
    if len(points) != len(cuts) + 1:
        raise _broken(f"{path}.points", f"{len(cuts) + 1} numbers, one per bin")
    if any(low >= high for low, high in pairwise(cuts)):
        raise _broken(f"{path}.cuts", "strictly ascending numbers")
    return BinnedFeature(
        name=_string(item, "name", path),
        label=_string(item, "label", path),
        text=_string(item, "text", path),
        cuts=cuts,
        points=points,
        missing=_number(item, "missing", path),
    )


def _object(value: Json, path: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise _broken(path, "an object")
    return value


def _string(item: Mapping[str, Json], key: str, path: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise _broken(f"{path}.{key}", "a text")
    return value


def _number(item: Mapping[str, Json], key: str, path: str) -> float:
    return _as_number(item.get(key), f"{path}.{key}")


def _numbers(item: Mapping[str, Json], key: str, path: str) -> tuple[float, ...]:
    values = item.get(key)
    if not isinstance(values, list | tuple):
        raise _broken(f"{path}.{key}", "a list of numbers")
    return tuple(_as_number(value, f"{path}.{key}[{index}]") for index, value in enumerate(values))


def _as_number(value: Json, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _broken(path, "a finite number")
    return float(value)


def _broken(path: str, wanted: str) -> BadInput:
    return BadInput(
        f"this is no scorecard: {path} is not {wanted}",
        next_move="train the model again; `lakeproof models list` shows the registered ones",
    )
