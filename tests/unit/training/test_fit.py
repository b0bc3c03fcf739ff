"""Claims about the fitted model, its scorecard, its file and its digest."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.errors import Fault, Refused
from training.digest import model_digest
from training.errors import BadTrainingData
from training.features import FEATURES, NAMES, Direction
from training.fit import Matrix, fit, probabilities
from training.model_files import MODEL_FILE, read_card, read_model, write_model
from training.scorecard import scorecard
from training.settings import TrainSettings

_values = st.one_of(st.just(float("nan")), st.floats(min_value=-1e4, max_value=1e4))
_rows = st.lists(_values, min_size=len(NAMES), max_size=len(NAMES))


def _data(seed: int = 7) -> tuple[Matrix, Any]:
    """400 invented applications, approved with a chance that follows the directions."""
    random = np.random.default_rng(seed)
    columns, log_odds = [], np.full(400, 1.0)
    for feature in FEATURES:
        low, high = feature.cuts[0], feature.cuts[-1]
        span = (high - low) or 1.0
        column = random.uniform(low - span, high + span, 400)
        log_odds += 0.5 * feature.direction * (column - low) / span
        column[random.uniform(size=400) < 0.02] = np.nan
        columns.append(column)
    approved = random.uniform(size=400) < 1 / (1 + np.exp(-np.nan_to_num(log_odds)))
    return np.column_stack(columns), approved.astype(np.int8)


@pytest.fixture(scope="module")
def model() -> Any:
    return fit(*_data(), TrainSettings())


@given(row=_rows)
@settings(max_examples=60, deadline=None)
def test_the_card_and_the_model_give_the_same_probability(model: Any, row: list[float]) -> None:
    """For any application, missing values included, what is served is what was fitted."""
    card = scorecard(model)
    wanted = probabilities(model, np.array([row]))[0]
    assert card.score(dict(zip(NAMES, row, strict=True))).score == pytest.approx(wanted, abs=1e-12)


def test_the_model_decides_as_the_card_does(model: Any) -> None:
    """The model file's own decision has the same threshold."""
    features, _ = _data(8)
    card = scorecard(model)
    decided = [card.score(dict(zip(NAMES, row, strict=True))).decision for row in features.tolist()]
    assert [decision == "approve" for decision in decided] == [bool(y) for y in model.predict(features)]


def test_points_follow_the_directions(model: Any) -> None:
    """No feature's points run against its direction, the worst bin has none, and missing is no better."""
    directions = {feature.name: feature.direction for feature in FEATURES}
    card = scorecard(model)
    assert card.features
    for feature in card.features:
        ordered = sorted(feature.points, reverse=directions[feature.name] is Direction.FALLS)
        assert list(feature.points) == ordered
        assert min(feature.points) == feature.missing == 0.0


def test_a_feature_against_its_direction_is_not_in_the_card() -> None:
    """When the data say the opposite of lending practice, the feature is dropped, not turned round."""
    features, approved = _data()
    index = NAMES.index("obrat")
    features[:, index] = np.where(approved == 1, 50.0, 20.0)
    assert "obrat" not in scorecard(fit(features, approved, TrainSettings())).names


def test_nothing_to_learn_is_refused() -> None:
    """When no feature moves the outcome in its direction there is no model."""
    features, approved = _data()
    for index, feature in enumerate(FEATURES):
        better = feature.cuts[-1] + 1 if feature.direction is Direction.RISES else feature.cuts[0] - 1
        features[:, index] = np.where(approved == 0, better, feature.worst)
    with pytest.raises(BadTrainingData, match="no feature moves"):
        fit(features, approved, TrainSettings())


def test_the_same_rows_give_the_same_digest_in_other_bytes(tmp_path: Path) -> None:
    """Two fits of the same rows differ as files and agree in their model digest; other rows do not."""
    digests, files = [], []
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        fitted = fit(*_data(seed), TrainSettings())
        write_model(tmp_path / name, fitted, scorecard(fitted))
        digests.append(model_digest(tmp_path / name / MODEL_FILE))
        files.append((tmp_path / name / MODEL_FILE).read_bytes())
    assert digests[0] == digests[1] != digests[2]
    assert files[0] != files[1]


def test_the_threshold_is_part_of_the_digest(tmp_path: Path) -> None:
    """A model that decides otherwise is another model."""
    digests = set()
    for share in (0.7, 0.75):
        fitted = fit(*_data(), TrainSettings(approve_at=share))
        write_model(tmp_path / str(share), fitted, scorecard(fitted))
        digests.add(model_digest(tmp_path / str(share) / MODEL_FILE))
    assert len(digests) == 2


def test_a_model_comes_back_from_its_files(model: Any, tmp_path: Path) -> None:
    """Both files read again say what was written."""
    write_model(tmp_path, model, scorecard(model))
    features, _ = _data(9)
    assert np.array_equal(probabilities(read_model(tmp_path), features), probabilities(model, features))
    assert read_card(tmp_path) == scorecard(model)


def test_a_file_with_a_type_not_trusted_is_not_loaded(tmp_path: Path) -> None:
    """A model file that names code of a stranger is refused before it runs."""
    import skops.io

    skops.io.dump({"surprise": Path}, tmp_path / MODEL_FILE)
    with pytest.raises(Refused, match="not trusted"):
        read_model(tmp_path)


def test_a_broken_file_has_no_digest(tmp_path: Path) -> None:
    """A file that is no model file is a fault that names it."""
    (tmp_path / "text.skops").write_text("no")
    with zipfile.ZipFile(tmp_path / "empty.skops", "w"):
        pass
    for name in ("text.skops", "empty.skops", "absent.skops"):
        with pytest.raises(Fault, match=name):
            model_digest(tmp_path / name)
