"""Claims about the gate."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import BadInput
from training.gate import GATES, judge, read_gates

_figures = st.floats(min_value=0, max_value=1)
GOOD = {"auc": 0.8, "calibration_error": 0.03, "single_feature_auc": 0.7, "test_denials": 60.0}


def _group(**change: Any) -> dict[str, Any]:
    group = {
        "dimension": "race",
        "name": "black",
        "reference": "white",
        "size": 50,
        "selection_rate": 0.8,
        "accuracy": 0.9,
        "let_through": 0.4,
        "missed": 0.1,
        "impact_ratio": 0.9,
        "missed_gap": 0.02,
        "lender_impact_ratio": 0.74,
    }
    return {**group, **change}


def _judged(metrics: dict[str, float] | None = None, **group: Any) -> Any:
    evaluation = {"metrics": {**GOOD, **(metrics or {})}, "groups": [_group(**group)]}
    return judge("mortgage", evaluation, read_gates())


@pytest.mark.parametrize(
    ("figure", "value"),
    [("auc", 0.69), ("calibration_error", 0.11), ("single_feature_auc", 0.91), ("test_denials", 19.0)],
)
def test_each_threshold_stops_a_model_by_itself(figure: str, value: float) -> None:
    """One failed check is enough, and it is the one that is named."""
    verdict = _judged({figure: value})
    assert not verdict.passed
    assert [check.name for check in verdict.checks if not check.passed] == [figure]


@given(auc=_figures, error=_figures, single=_figures)
def test_a_model_passes_exactly_when_every_check_does(auc: float, error: float, single: float) -> None:
    """The verdict is the conjunction of its checks."""
    verdict = _judged({"auc": auc, "calibration_error": error, "single_feature_auc": single})
    assert verdict.passed == (auc >= 0.7 and error <= 0.1 and single <= 0.9)


def test_an_impact_ratio_below_four_fifths_is_found_and_not_stopped() -> None:
    """The four-fifths rule makes a finding for the approver; half the rate stops the model."""
    found = _judged(impact_ratio=0.74)
    assert found.passed
    assert "0.74 times the rate of white" in found.findings[0].message
    assert not _judged(impact_ratio=0.49).passed


def test_a_gap_in_missed_applicants_is_found() -> None:
    """Denying more of a group's good applicants than of its reference group's is a finding."""
    (finding,) = _judged(missed_gap=0.15).findings
    assert "denies 15% more" in finding.message
    assert finding.evidence["name"] == "black"


def test_a_small_group_is_named_as_not_judged() -> None:
    """A group below the least size neither stops nor finds, and is not passed over in silence."""
    verdict = _judged(size=19, impact_ratio=0.1)
    assert verdict.passed and not verdict.findings
    assert verdict.not_judged == ("black (19 applications)",)


def test_a_reference_group_is_not_compared_with_itself() -> None:
    """The group that others are measured by makes no finding."""
    assert not _judged(name="white", impact_ratio=1.0, missed_gap=0.0).not_judged


@pytest.mark.parametrize(
    "damage",
    [("min_auc: 0.70", ""), ("min_auc: 0.70", "min_auc: high"), ("stops:", "other:"), ("stops:", ": {")],
)
def test_broken_thresholds_are_refused(damage: tuple[str, str], tmp_path: Path) -> None:
    """A threshold that is missing, unknown or no number is not taken for passed."""
    path = tmp_path / "gates.yaml"
    path.write_text(GATES.read_text().replace(*damage))
    with pytest.raises(BadInput, match=r"gates\.yaml"):
        read_gates(path)
