"""How points follow from the fitted model, and with them the reasons.

The model's log-odds are a sum of one weight per cut exceeded. A feature's points in a bin are the weights of
the cuts below it, on the card's scale, shifted so that the feature's worst bin has 0. Nothing is rounded: the
card and the model give the same probability. A principal reason is a feature in a bin with fewer points than
its best one.
"""

import math

from sklearn.model_selection import FixedThresholdClassifier

from lineage.scorecard import BinnedFeature, Scorecard
from training.features import FEATURES, Feature

EVEN = 500.0
DOUBLING = 20.0


def scorecard(model: FixedThresholdClassifier) -> Scorecard:
    """The scorecard of a model made by `training.fit.fit`, without features of which no cut was kept."""
    steps = model.estimator_.named_steps
    scale = DOUBLING / math.log(2.0)
    weights: dict[str, dict[float, float]] = {}
    # Columns of which no cut is left make a last transformer, "remainder", of their own.
    binarizers = [fitted for fitted in steps["bins"].transformers_ if fitted[0] != "remainder"]
    for (_, binarizer, (index,)), weight in zip(binarizers, steps["points"].coef_[0], strict=True):
        weights.setdefault(FEATURES[index].name, {})[float(binarizer.threshold)] = scale * float(weight)
    used = [feature for feature in FEATURES if feature.name in weights]
    lowest = {feature.name: min(_sums(weights[feature.name])) for feature in used}
    return Scorecard(
        start=EVEN + scale * float(steps["points"].intercept_[0]) + math.fsum(lowest.values()),
        even=EVEN,
        doubling=DOUBLING,
        approve_at=float(model.threshold),
        features=tuple(_binned(feature, weights[feature.name], lowest[feature.name]) for feature in used),
    )


def _binned(feature: Feature, weights: dict[float, float], lowest: float) -> BinnedFeature:
    points = tuple(total - lowest for total in _sums(weights))
    cuts = tuple(sorted(weights))
    binned = BinnedFeature(
        name=feature.name, label=feature.label, text=feature.text, cuts=cuts, points=points, missing=0.0
    )
    worst = binned.bin_of(feature.worst)
    assert worst is not None
    assert points[worst] == min(points), "a missing value must lie in the worst bin"
    return binned


def _sums(weights: dict[float, float]) -> list[float]:
    """Points of each bin before the shift: none below the first cut, then the running sum."""
    sums = [0.0]
    for cut in sorted(weights):
        sums.append(sums[-1] + weights[cut])
    return sums
