"""Claims about how a model is judged."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation import Evaluation, Judged, calibration_error, evaluate
from training.features import NAMES

_pairs = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=60)


def _evaluation() -> Evaluation:
    """Eight applications: four of white men, all approved, four of black women, one approved."""
    count = 8
    ids = [f"A-{number}" for number in range(count)]
    approved = np.array([1, 1, 1, 0, 1, 1, 0, 0], dtype=np.int8)
    decided = np.array([1, 1, 1, 1, 1, 0, 0, 0], dtype=np.int8)
    first = [1] * 4 + [0] * 4
    protected = pa.table(
        {
            "application_id": [*reversed(ids), "A-99"],
            "white": [*reversed(first), 1],
            "black": [*first, 0],
            "hispan": [0] * 9,
            "male": [*reversed(first), 1],
            "married": [None] * 8 + [1],
            "old": [*reversed(first), 0],
        }
    )
    rows = pa.table({"application_id": ids, **{name: np.arange(8.0) for name in NAMES}})
    judged = Judged(ids=ids, approved=approved, scores=np.where(decided == 1, 0.9, 0.1), decided=decided)
    return evaluate(judged, rows, protected)


def test_fairness_compares_each_group_with_its_reference() -> None:
    """Selection rates, impact ratio and missed share are those counted by hand."""
    groups = {group.name: group for group in _evaluation().groups}
    black, white = groups["black"], groups["white"]
    assert (black.size, black.selection_rate, white.selection_rate) == (4, 0.25, 1.0)
    assert black.impact_ratio == 0.25
    assert black.lender_impact_ratio == pytest.approx(0.5 / 0.75)
    assert (black.missed, white.missed, black.missed_gap) == (0.5, 0.0, 0.5)
    assert (black.let_through, white.let_through) == (0.0, 1.0)
    assert white.impact_ratio == 1.0


def test_whoever_has_no_group_is_counted() -> None:
    """A characteristic that nobody stated leaves no figures and says of how many it is unknown."""
    evaluation = _evaluation()
    assert evaluation.unknown == {"race": 0, "sex": 0, "marital status": 8, "age": 0}
    assert "married" not in {group.name for group in evaluation.groups}


def test_an_evaluation_comes_back_from_json_as_it_went() -> None:
    """What the gate reads is what was measured."""
    evaluation = _evaluation()
    assert Evaluation.from_json(evaluation.to_json()) == evaluation


def test_a_feature_that_knows_the_outcome_shows() -> None:
    """The largest AUC of a single feature counts both directions."""
    assert _evaluation().metrics["single_feature_auc"] == pytest.approx(13 / 15)


@given(_pairs)
def test_a_calibration_error_is_a_distance(pairs: list[tuple[int, float]]) -> None:
    """It lies between 0 and 1, and is 0 for scores that are the outcomes."""
    approved = np.array([pair[0] for pair in pairs], dtype=np.int8)
    scores = np.array([pair[1] for pair in pairs])
    assert 0.0 <= calibration_error(approved, scores) <= 1.0
    assert calibration_error(approved, approved.astype(np.float64)) == 0.0
