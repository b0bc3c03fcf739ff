"""Fit the model: a 0/1 column per cut, logistic regression, no cut whose points run against its direction.

Only public parts of scikit-learn, so that the model file loads without trusting code of ours. Rows in the
order of their ids, one thread, a tight tolerance: the same rows give the same model.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import Binarizer

from training.errors import BadTrainingData
from training.features import FEATURES
from training.settings import TrainSettings

Matrix = NDArray[np.float64]
Labels = NDArray[np.int8]
#: (index of the feature in FEATURES, cut)
Cut = tuple[int, float]


def fit(features: Matrix, approved: Labels, settings: TrainSettings) -> FixedThresholdClassifier:
    """A fitted classifier of (n, len(FEATURES)) matrices, NaN for missing. Raises BadTrainingData if none
    is left.
    """
    cuts: list[Cut] = [(index, cut) for index, feature in enumerate(FEATURES) for cut in feature.cuts]
    while cuts:
        model = _model(cuts, settings).fit(features, approved)
        weights = model.estimator_.named_steps["points"].coef_[0]
        kept = [
            cut for cut, weight in zip(cuts, weights, strict=True) if weight * FEATURES[cut[0]].direction > 0
        ]
        if len(kept) == len(cuts):
            return model
        cuts = kept
    raise BadTrainingData(
        "no feature moves the chance of approval in its direction",
        next_move="look at the outcomes: are approvals and denials swapped?",
    )


def probabilities(model: FixedThresholdClassifier, features: Matrix) -> NDArray[np.float64]:
    """Probability of approval per row."""
    return np.asarray(model.predict_proba(features), dtype=np.float64)[:, 1]


def _model(cuts: Sequence[Cut], settings: TrainSettings) -> FixedThresholdClassifier:
    missing: list[tuple[str, Any, list[int]]] = [
        (feature.name, SimpleImputer(strategy="constant", fill_value=feature.worst), [index])
        for index, feature in enumerate(FEATURES)
    ]
    bins: list[tuple[str, Any, list[int]]] = [
        (f"{FEATURES[index].name} > {cut:g}", Binarizer(threshold=cut), [index]) for index, cut in cuts
    ]
    steps = Pipeline(
        [
            ("missing", ColumnTransformer(missing)),
            ("bins", ColumnTransformer(bins)),
            ("points", LogisticRegression(C=settings.strength, tol=1e-10, max_iter=10_000)),
        ]
    )
    return FixedThresholdClassifier(
        steps, threshold=settings.approve_at, pos_label=1, response_method="predict_proba"
    )
