"""Whether a model may be registered: thresholds set beforehand against its evaluation. Pure but for
`read_gates`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from lineage.canonical import Json
from lineage.errors import BadInput
from lineage.findings import Finding, Severity

GATES = Path(__file__).with_name("gates.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Thresholds that stop the pipeline."""

    min_auc: float
    max_calibration_error: float
    max_single_feature_auc: float
    min_test_denials: int
    min_impact_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """Thresholds whose crossing is recorded as a finding."""

    min_impact_ratio: float
    max_missed_gap: float
    min_group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Every threshold of a pipeline; gates.yaml gives the grounds."""

    stops: Stops
    finds: Finds


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One threshold against one figure. `bound` is `at least` or `at most`."""

    name: str
    value: float
    bound: str
    threshold: float

    @property
    def passed(self) -> bool:
        return self.value >= self.threshold if self.bound == "at least" else self.value <= self.threshold

    def __str__(self) -> str:
        return f"{self.name} {self.value:.3g}, wanted {self.bound} {self.threshold:g}"

    def to_json(self) -> dict[str, Json]:
        return {
            "name": self.name,
            "value": self.value,
            "bound": self.bound,
            "threshold": self.threshold,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`checks` that could stop the model, `findings` that its approver has to weigh, groups too small to
    judge.
    """

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    not_judged: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    def to_json(self) -> dict[str, Json]:
        return {
            "passed": self.passed,
            "checks": [check.to_json() for check in self.checks],
            "findings": [finding.to_json() for finding in self.findings],
            "not_judged": list(self.not_judged),
        }


def read_gates(path: Path = GATES) -> Gates:
    """Read thresholds. Raises BadInput when one is missing, unknown or no number."""
    try:
        document = yaml.safe_load(path.read_text())
        return Gates(stops=_section(Stops, document["stops"]), finds=_section(Finds, document["finds"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{path} does not hold the gate's thresholds: {error}",
            next_move="compare it with training/gates.yaml of the repository",
        ) from error


def judge(model: str, evaluation: Mapping[str, Any], gates: Gates) -> Verdict:
    """`evaluation` as `training.evaluation.Evaluation.to_json` gives it."""
    compared = [group for group in evaluation["groups"] if group["name"] != group["reference"]]
    judged = [group for group in compared if group["size"] >= gates.finds.min_group]
    findings = [finding for group in judged for finding in _findings(model, group, gates.finds)]
    return Verdict(
        checks=_checks(evaluation["metrics"], judged, gates.stops),
        findings=tuple(findings),
        not_judged=tuple(
            f"{group['name']} ({group['size']} applications)" for group in compared if group not in judged
        ),
    )


def _checks(metrics: Mapping[str, float], groups: list[Mapping[str, Any]], stops: Stops) -> tuple[Check, ...]:
    least, most = "at least", "at most"
    figures = [
        ("auc", metrics["auc"], least, stops.min_auc),
        ("calibration_error", metrics["calibration_error"], most, stops.max_calibration_error),
        ("single_feature_auc", metrics["single_feature_auc"], most, stops.max_single_feature_auc),
        ("test_denials", metrics["test_denials"], least, stops.min_test_denials),
        *(
            (f"impact_ratio of {group['name']}", group["impact_ratio"], least, stops.min_impact_ratio)
            for group in groups
            if group["impact_ratio"] is not None
        ),
    ]
    return tuple(
        Check(name=name, value=value, bound=bound, threshold=threshold)
        for name, value, bound, threshold in figures
    )


def _findings(model: str, group: Mapping[str, Any], finds: Finds) -> list[Finding]:
    found = []
    ratio, gap = group["impact_ratio"], group["missed_gap"]
    if ratio is not None and ratio < finds.min_impact_ratio:
        found.append(
            _finding(
                model,
                group,
                f"{group['name']} applicants would be approved at {ratio:.2f} times the rate of "
                f"{group['reference']} ones (four-fifths rule: {finds.min_impact_ratio:g})",
            )
        )
    if gap is not None and gap > finds.max_missed_gap:
        found.append(
            _finding(
                model,
                group,
                f"of {group['name']} applicants the lender approved, the model denies {gap:.0%} more than of "
                f"{group['reference']} ones (allowed: {finds.max_missed_gap:.0%})",
            )
        )
    return found


def _finding(model: str, group: Mapping[str, Any], message: str) -> Finding:
    return Finding(
        kind="fairness",
        severity=Severity.MAJOR,
        subject=model,
        message=message,
        remedy="weigh it before approving: the model card has every group's figures",
        evidence=dict(group),
    )


def _section(kind: type[Any], values: Mapping[str, Any]) -> Any:
    wanted = {item.name for item in fields(kind)}
    if set(values) != wanted:
        raise ValueError(f"{kind.__name__.lower()} names {sorted(values)}, wanted {sorted(wanted)}")
    if not all(isinstance(value, int | float) for value in values.values()):
        raise ValueError(f"{kind.__name__.lower()} holds something that is no number")
    return kind(**values)
