"""Step `validate`: can the pinned tables be trained on?"""

from lineage.facets import DetailsRunFacet
from training.checks import FEATURE_COLUMNS, OUTCOME_COLUMNS, column_faults, row_faults
from training.errors import BadTrainingData
from training.request import Assignment
from training.steps.announced import announced, lake, write_json


def run(assignment_text: str, validation_path: str) -> None:
    """Write what was checked as JSON. Raises BadTrainingData listing every fault."""
    assignment = Assignment.parse(assignment_text)
    inputs = assignment.inputs
    with announced("validate", assignment, reads=inputs.all) as step:
        tables = lake()
        faults = column_faults(*([name for name, _ in tables.fields(version)] for version in inputs.all))
        _refuse(faults)
        features = tables.read(inputs.features, columns=FEATURE_COLUMNS)
        outcomes = tables.read(inputs.outcomes, columns=OUTCOME_COLUMNS)
        _refuse(row_faults(features, outcomes))
        counts = {"features_rows": features.num_rows, "outcomes_rows": outcomes.num_rows}
        step.note("lakeproof_details", DetailsRunFacet(kind="validation", details=counts))
        write_json(validation_path, counts)


def _refuse(faults: tuple[str, ...]) -> None:
    if faults:
        raise BadTrainingData(
            f"the tables cannot be trained on: {'; '.join(faults)}",
            next_move="correct the transformations, or pin other versions with --at",
        )
