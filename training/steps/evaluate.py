"""Step `evaluate`: quality and fairness on the held-back decisions. The only step that reads protected
attributes.
"""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage.facets import DetailsRunFacet
from lineage.scorecard import Decision, Scorecard
from training.checks import PROTECTED_COLUMNS
from training.evaluation import Judged, evaluate
from training.features import NAMES
from training.point_in_time import TEST
from training.request import Assignment
from training.steps.announced import announced, lake, write_json


def run(
    assignment_text: str,
    training_set_path: str,
    model_path: str,
    evaluation_path: str,
    log_metric: Callable[[str, float], None],
) -> None:
    """Write the evaluation as JSON; each metric also goes to log_metric."""
    assignment = Assignment.parse(assignment_text)
    with announced("evaluate", assignment, reads=assignment.inputs.all) as step:
        rows = pq.read_table(training_set_path)
        held_back = rows.filter(pc.equal(rows["part"], TEST))
        card = Scorecard.from_json(json.loads((Path(model_path) / "scorecard.json").read_bytes()))
        scored = [card.score(row) for row in held_back.select(NAMES).to_pylist()]
        judged = Judged(
            ids=held_back["application_id"].to_pylist(),
            approved=held_back["approve"].to_numpy(),
            scores=np.array([one.score for one in scored]),
            decided=np.array([one.decision is Decision.APPROVE for one in scored], dtype=np.int8),
        )
        protected = lake().read(assignment.inputs.protected, columns=PROTECTED_COLUMNS)
        evaluation = evaluate(judged, held_back, protected)
        step.note("lakeproof_details", DetailsRunFacet(kind="evaluation", details=evaluation.to_json()))
        for name, value in evaluation.metrics.items():
            log_metric(name, value)
        write_json(evaluation_path, evaluation.to_json())
