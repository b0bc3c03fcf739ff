"""How good and how even-handed a model is on the held-back decisions. The only reader of protected
attributes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from fairlearn.metrics import MetricFrame, count, false_negative_rate, false_positive_rate, selection_rate
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, brier_score_loss, roc_auc_score

from lineage.canonical import Json
from training.features import NAMES

_BINS = 5

#: dimension → (reference group, the other groups); each group is a protected column and its value.
DIMENSIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "race": ("white", ("black", "hispanic")),
    "sex": ("male", ("female",)),
    "marital status": ("married", ("unmarried",)),
    "age": ("younger", ("older",)),
}
_MEMBERS: Mapping[str, tuple[str, int]] = {
    "white": ("white", 1),
    "black": ("black", 1),
    "hispanic": ("hispan", 1),
    "male": ("male", 1),
    "female": ("male", 0),
    "married": ("married", 1),
    "unmarried": ("married", 0),
    "younger": ("old", 0),
    "older": ("old", 1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group's figures: shares of its `size` applications, None where nothing is to divide by.

    `missed`: of those the lender approved, the share the model denies (false negatives); `let_through`: of
    those the lender denied, the share the model approves (false positives). `impact_ratio` and `missed_gap`
    compare with the dimension's reference group, whose own are 1 and 0. `lender_impact_ratio` is that of the
    lender's own decisions.
    """

    dimension: str
    name: str
    reference: str
    size: int
    selection_rate: float
    accuracy: float
    let_through: float | None
    missed: float | None
    impact_ratio: float | None
    missed_gap: float | None
    lender_impact_ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`metrics` by name; `groups` in fixed order; `unknown`: applications without a group, by dimension."""

    metrics: Mapping[str, float]
    groups: tuple[Group, ...]
    unknown: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        return {
            "metrics": dict(self.metrics),
            "groups": [asdict(group) for group in self.groups],
            "unknown": dict(self.unknown),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Evaluation":
        """The inverse of `to_json`."""
        return cls(
            metrics=document["metrics"],
            groups=tuple(Group(**group) for group in document["groups"]),
            unknown=document["unknown"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The held-back decisions: ids, outcomes (0/1), probabilities, what the model decides (0/1)."""

    ids: Sequence[str]
    approved: NDArray[np.int8]
    scores: NDArray[np.float64]
    decided: NDArray[np.int8]


def evaluate(judged: Judged, rows: pa.Table, protected: pa.Table) -> Evaluation:
    """`rows`: the same held-back rows with their features; `protected`: at least their protected
    attributes.
    """
    members = _members(judged.ids, protected)
    return Evaluation(
        metrics=_metrics(judged, rows),
        groups=tuple(group for dimension in DIMENSIONS for group in _groups(dimension, judged, members)),
        unknown={dimension: int(_labels(dimension, members).isna().sum()) for dimension in DIMENSIONS},
    )


def calibration_error(approved: NDArray[np.int8], scores: NDArray[np.float64]) -> float:
    """Mean distance of mean score and approved share over five groups of equal size, ordered by score."""
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, _BINS) if len(part)]
    distances = [abs(float(scores[part].mean() - approved[part].mean())) * len(part) for part in parts]
    return math.fsum(distances) / len(scores)


def _metrics(judged: Judged, rows: pa.Table) -> dict[str, float]:
    return {
        "auc": float(roc_auc_score(judged.approved, judged.scores)),
        "brier": float(brier_score_loss(judged.approved, judged.scores)),
        "calibration_error": calibration_error(judged.approved, judged.scores),
        "accuracy": float(accuracy_score(judged.approved, judged.decided)),
        "approval_rate": float(judged.decided.mean()),
        "lender_approval_rate": float(judged.approved.mean()),
        "single_feature_auc": max(_feature_auc(rows, name, judged.approved) for name in NAMES),
        "test_rows": float(len(judged.ids)),
        "test_denials": float((judged.approved == 0).sum()),
    }


def _feature_auc(rows: pa.Table, name: str, approved: NDArray[np.int8]) -> float:
    """How well the feature alone orders the outcomes, in whichever direction; missing values lowest."""
    values = np.nan_to_num(rows[name].to_numpy(), nan=-1e12)
    auc = float(roc_auc_score(approved, values))
    return max(auc, 1.0 - auc)


def _members(ids: Sequence[str], protected: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = protected.to_pandas()
    return frame.set_index("application_id").reindex(list(ids))


def _labels(dimension: str, members: pd.DataFrame) -> "pd.Series[Any]":
    reference, others = DIMENSIONS[dimension]
    labels = pd.Series(None, index=members.index, dtype=object)
    for name in (reference, *others):
        column, value = _MEMBERS[name]
        labels[(members[column].astype("Float64") == value).fillna(False).to_numpy(dtype=bool)] = name
    return labels


def _groups(dimension: str, judged: Judged, members: pd.DataFrame) -> list[Group]:
    labels = _labels(dimension, members)
    known = labels.notna().to_numpy()
    if not known.any():
        return []
    frame = MetricFrame(
        metrics={
            "size": count,
            "selection_rate": selection_rate,
            "accuracy": accuracy_score,
            "let_through": false_positive_rate,
            "missed": false_negative_rate,
        },
        y_true=judged.approved[known],
        y_pred=judged.decided[known],
        sensitive_features=labels[known].to_numpy(),
    ).by_group
    lender = {
        name: float(judged.approved[known & (labels == name).to_numpy()].mean()) for name in frame.index
    }
    reference, others = DIMENSIONS[dimension]
    return [
        _group(dimension, name, frame.to_dict("index"), lender)
        for name in (reference, *others)
        if name in frame.index
    ]


def _group(
    dimension: str, name: str, figures: Mapping[str, Mapping[str, float]], lender: Mapping[str, float]
) -> Group:
    reference = DIMENSIONS[dimension][0]
    own, other = figures[name], figures.get(reference)
    return Group(
        dimension=dimension,
        name=name,
        reference=reference,
        size=int(own["size"]),
        selection_rate=float(own["selection_rate"]),
        accuracy=float(own["accuracy"]),
        let_through=_known(own["let_through"]),
        missed=_known(own["missed"]),
        impact_ratio=_ratio(own["selection_rate"], other["selection_rate"]) if other else None,
        missed_gap=_known(own["missed"] - other["missed"]) if other else None,
        lender_impact_ratio=_ratio(lender[name], lender[reference]) if other else None,
    )


def _ratio(own: float, reference: float) -> float | None:
    return float(own / reference) if reference else None


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
