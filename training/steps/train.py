"""Step `train`: fit the model, derive its scorecard, and see that both say the same."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage.errors import Fault
from lineage.facets import DetailsRunFacet
from lineage.scorecard import Scorecard
from training.digest import model_digest
from training.errors import BadTrainingData
from training.features import NAMES
from training.fit import Matrix, fit, probabilities
from training.model_files import CARD_FILE, MODEL_FILE, read_model, write_model
from training.point_in_time import TRAIN
from training.request import Assignment
from training.scorecard import scorecard
from training.steps.announced import announced

_TOLERANCE = 1e-9


def run(assignment_text: str, training_set_path: str, model_path: str) -> None:
    """Write model.skops and scorecard.json into the folder model_path."""
    assignment = Assignment.parse(assignment_text)
    with announced("train", assignment, reads=assignment.inputs.learnt_from) as step:
        rows = pq.read_table(training_set_path)
        learnt = rows.filter(pc.equal(rows["part"], TRAIN))
        outcomes = learnt["approve"].to_numpy()
        if len(set(outcomes.tolist())) < 2:
            raise BadTrainingData(
                "all decisions to learn from have the same outcome",
                next_move="set another cutoff, or pin other table versions",
            )
        model = fit(matrix(learnt), outcomes, assignment.settings)
        card, folder = scorecard(model), Path(model_path)
        write_model(folder, model, card)
        # What was written is checked, not what was fitted: the file is what others will load.
        agree(card, rows, probabilities(read_model(folder), matrix(rows)))
        details = {
            "digest": model_digest(folder / MODEL_FILE),
            "files": [CARD_FILE, MODEL_FILE],
            "features": list(card.names),
            "rows": learnt.num_rows,
        }
        step.note("lakeproof_details", DetailsRunFacet(kind="fit", details=details))


def matrix(rows: pa.Table) -> Matrix:
    """(n, number of features) float64, NaN for missing."""
    return np.column_stack([rows[name].cast(pa.float64()).to_numpy() for name in NAMES])


def agree(card: Scorecard, rows: pa.Table, wanted: "np.typing.NDArray[np.float64]") -> None:
    """Raise Fault unless the card gives each row the model's probability."""
    scores = [card.score(row).score for row in rows.select(NAMES).to_pylist()]
    apart = float(np.max(np.abs(np.asarray(scores) - wanted)))
    if apart > _TOLERANCE:
        raise Fault(
            f"the scorecard and the model differ by up to {apart:.3g} in the probability of approval",
            next_move="this is a fault of training/scorecard.py; the model was not registered",
        )
