"""Step `features`: the training set as of the cutoff."""

import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from lineage.errors import Fault
from lineage.facets import DetailsRunFacet
from training.checks import FEATURE_COLUMNS, OUTCOME_COLUMNS
from training.errors import BadTrainingData
from training.point_in_time import TEST, TRAIN, training_set
from training.request import Assignment
from training.steps.announced import announced, lake

_FEWEST = 50


def run(assignment_text: str, validation_path: str, training_set_path: str) -> None:
    """Write the training set as Parquet. Raises BadTrainingData when either part is too small to mean
    anything.
    """
    assignment = Assignment.parse(assignment_text)
    inputs = assignment.inputs
    with announced("features", assignment, reads=inputs.learnt_from) as step:
        tables = lake()
        features = tables.read(inputs.features, columns=FEATURE_COLUMNS)
        outcomes = tables.read(inputs.outcomes, columns=OUTCOME_COLUMNS)
        chosen = training_set(features, outcomes, assignment.settings)
        _same_rows(json.loads(Path(validation_path).read_text()), features.num_rows, outcomes.num_rows)
        counts = {part: chosen.count(part) for part in (TRAIN, TEST)}
        details = {"rows": counts, "left_out": dict(chosen.left_out), "rows_sha256": chosen.digest}
        step.note("lakeproof_details", DetailsRunFacet(kind="training_set", details=details))
        if min(counts.values()) < _FEWEST:
            raise BadTrainingData(
                f"too few decisions before {assignment.settings.cutoff}: {counts[TRAIN]} to learn from and "
                f"{counts[TEST]} to judge on, wanted {_FEWEST} each (left out: {dict(chosen.left_out)})",
                next_move="set another cutoff or test_months, or pin newer table versions",
            )
        pq.write_table(chosen.rows, training_set_path)


def _same_rows(validated: Mapping[str, int], features: int, outcomes: int) -> None:
    """A pinned version is the same however often it is read; else the lake was changed under its own log."""
    if (validated["features_rows"], validated["outcomes_rows"]) != (features, outcomes):
        raise Fault(
            f"the pinned tables held {validated} when validated, and now {features} and {outcomes} rows",
            next_move="look for a writer that bypasses Delta's log, then train again",
        )
