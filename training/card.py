"""The model card: what the model is, what it was made of, how it did, for whom, and where it ends. Pure.

The JSON and the Markdown say the same; both are a function of their facts, so that they can be compared.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lineage.canonical import Json
from lineage.scorecard import BinnedFeature, Scorecard
from training.features import LEFT_OUT
from training.registry import Registered

LIMITS = (
    "It learnt from a lender's decisions, with the bias they hold: it predicts approval, not repayment.",
    "It was judged on a few hundred decisions: figures of small groups are uncertain.",
    "Its columns were chosen with the whole study in view: expect a little less on new decisions.",
    "A missing value counts as the feature's worst known bin.",
    "Whether information could be verified (unver) was stated by the lender's own staff while deciding.",
    "Self-employment and a missing cosigner cost points: review their weight with the fairness figures.",
)
USE = "Support of mortgage decisions, with a person's review of every denial. Not for pricing."
POINTS = (
    "Start {start:.1f}; {even:g} points are even odds, {doubling:g} more double them. A reason for a denial "
    "is a feature below its best bin, most points lost first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a card is a function of: the evaluation's and the gate's JSON beside the registered model and
    its points.
    """

    registered: Registered
    evaluation: Mapping[str, Any]
    verdict: Mapping[str, Any]
    card: Scorecard


def card_json(facts: Facts) -> str:
    """The card as JSON text."""
    return json.dumps(_document(facts), sort_keys=True, indent=1, ensure_ascii=False)


def card_markdown(facts: Facts) -> str:
    """The card as Markdown."""
    made = facts.registered.candidate
    card = facts.card
    parts = [
        f"# Model card: {facts.registered.model}",
        f"**Use.** {USE}",
        f"**Model.** Scorecard of {len(made.features)} features from a logistic regression over their bins.",
        f"**Approves** from a probability of {card.approve_at:g}.",
        f"**Digest** `{made.digest}`, file SHA-256 `{made.file_sha256}`.",
        f"**Made by** run `{made.run}`, code `{made.code}`, MLflow run `{facts.registered.mlflow_run}`.",
        f"**Made of** {', '.join(f'`{version}`' for version in made.inputs)}.",
        "Protected attributes were read by the evaluation only.",
        "**Settings.** "
        + ", ".join(f"{name} {value}" for name, value in sorted(made.settings.items()))
        + ".",
        "## Quality on the held-back decisions",
        _table(("figure", "value"), [(name, f"{value:.4g}") for name, value in sorted(made.metrics.items())]),
        "## Fairness by group",
        _groups(facts.evaluation["groups"]),
        "## Gate",
        _checks(facts.verdict),
        "## Findings to weigh before approving",
        _list([finding["message"] for finding in facts.verdict["findings"]]),
        "## Points",
        POINTS.format(start=card.start, even=card.even, doubling=card.doubling),
        _points(card.features),
        "## Limits",
        _list(LIMITS),
        "## Left out",
        _table(("column", "because"), sorted(LEFT_OUT.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _document(facts: Facts) -> dict[str, Json]:
    made = facts.registered.candidate
    return {
        "model": str(facts.registered.model),
        "use": USE,
        "digest": made.digest,
        "file_sha256": made.file_sha256,
        "run": str(made.run),
        "code": made.code,
        "mlflow_run": facts.registered.mlflow_run,
        "inputs": list(made.inputs),
        "settings": dict(made.settings),
        "features": list(made.features),
        "evaluation": dict(facts.evaluation),
        "gate": dict(facts.verdict),
        "scorecard": facts.card.to_json(),
        "limits": list(LIMITS),
        "left_out": dict(LEFT_OUT),
    }


def _groups(groups: Sequence[Mapping[str, Any]]) -> str:
    columns = (
        "selection_rate",
        "impact_ratio",
        "lender_impact_ratio",
        "accuracy",
        "let_through",
        "missed",
        "missed_gap",
    )
    rows = [
        (group["dimension"], group["name"], str(group["size"]), *(_figure(group[name]) for name in columns))
        for group in groups
    ]
    return _table(("dimension", "group", "size", *columns), rows)


def _checks(verdict: Mapping[str, Any]) -> str:
    rows = [
        (
            check["name"],
            _figure(check["value"]),
            f"{check['bound']} {check['threshold']:g}",
            "yes" if check["passed"] else "no",
        )
        for check in verdict["checks"]
    ]
    small = verdict["not_judged"]
    note = f"\n\nToo small to judge: {', '.join(small)}." if small else ""
    return _table(("check", "value", "wanted", "passed"), rows) + note


def _points(features: Sequence[BinnedFeature]) -> str:
    rows = [
        (feature.label, feature.bin_text(index), f"{points:.1f}")
        for feature in features
        for index, points in enumerate(feature.points)
    ]
    return _table(("feature", "bin", "points"), rows)


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items) or "None."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
