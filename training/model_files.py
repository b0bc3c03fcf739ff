"""A model's two files: `model.skops` (the fitted pipeline, safe to load) and `scorecard.json` (what is
served).
"""

import json
from pathlib import Path

import skops.io
from sklearn.model_selection import FixedThresholdClassifier

from lineage.canonical import canonical
from lineage.errors import Refused
from lineage.scorecard import Scorecard

MODEL_FILE = "model.skops"
CARD_FILE = "scorecard.json"
#: Types beyond scikit-learn's own that a model file may name (DESIGN section 6).
TRUSTED = frozenset({"numpy.dtype", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"})


def write_model(folder: Path, model: FixedThresholdClassifier, card: Scorecard) -> None:
    """Write both files into folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD_FILE).write_bytes(canonical(card.to_json()))
    skops.io.dump(model, folder / MODEL_FILE)


def read_model(folder: Path) -> FixedThresholdClassifier:
    """Load model.skops. Raises Refused when it names a type that is not on the trust list."""
    path = folder / MODEL_FILE
    untrusted = sorted(set(skops.io.get_untrusted_types(file=path)) - TRUSTED)
    if untrusted:
        raise Refused(
            f"{path.name} holds types that are not trusted: {', '.join(untrusted)}",
            next_move="do not load it; train the model again from its pinned tables",
        )
    model = skops.io.load(path, trusted=sorted(TRUSTED))
    assert isinstance(model, FixedThresholdClassifier)
    return model


def read_card(folder: Path) -> Scorecard:
    """Read scorecard.json. Raises BadInput when it is none."""
    return Scorecard.from_json(json.loads((folder / CARD_FILE).read_bytes()))
