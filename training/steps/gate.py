"""Step `gate`: thresholds set beforehand decide whether the model may be registered.

A step and not a condition of the pipeline: Kubeflow's local runner runs both branches of a condition.
"""

import json
from dataclasses import asdict
from pathlib import Path

from lineage.facets import DetailsRunFacet, FindingsRunFacet
from training.errors import GateFailed
from training.gate import judge, read_gates
from training.request import Assignment
from training.steps.announced import announced, write_json


def run(assignment_text: str, evaluation_path: str, verdict_path: str) -> None:
    """Write the verdict as JSON. Raises GateFailed, listing every check that failed."""
    assignment = Assignment.parse(assignment_text)
    with announced("gate", assignment, reads=()) as step:
        gates = read_gates()
        verdict = judge(assignment.pipeline, json.loads(Path(evaluation_path).read_text()), gates)
        document = {**verdict.to_json(), "thresholds": asdict(gates)}
        step.note("lakeproof_details", DetailsRunFacet(kind="gate", details=document))
        step.note(
            "lakeproof_findings",
            FindingsRunFacet(findings=[finding.to_json() for finding in verdict.findings]),
        )
        if not verdict.passed:
            failed = "; ".join(str(check) for check in verdict.checks if not check.passed)
            raise GateFailed(
                f"the model did not pass its gate: {failed}; nothing was registered",
                next_move="the evaluate step's run holds all figures; train on other data or settings",
            )
        write_json(verdict_path, document)
