"""The contract of every registry: the twin in memory and the one over MLflow."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from lineage.models import ModelVersion
from lineage.names import RunId
from training.errors import UnknownModel
from training.registry import Candidate, MemoryRegistry, Registry

CANDIDATE = Candidate(
    name="mortgage",
    digest="d" * 64,
    file_sha256="f" * 64,
    folder="models/dd",
    features=("obrat", "hrat"),
    inputs=("gold.loan_features@3", "silver.loan_outcomes@2", "silver.protected_attributes@1"),
    settings={"cutoff": "2025-10-01", "strength": "1.0"},
    metrics={"auc": 0.8214, "brier": 0.077},
    run=RunId(UUID(int=1)),
    code="c0ffee",
)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that MLflow has made and migrated, which takes it seconds."""
    from training.mlflow_registry import MlflowRegistry

    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    MlflowRegistry(path)
    return path


@pytest.fixture
def mlflow(empty_database: Path, tmp_path: Path) -> Registry:
    from training.mlflow_registry import MlflowRegistry

    shutil.copyfile(empty_database, tmp_path / "mlflow.db")
    return MlflowRegistry(tmp_path / "mlflow.db")


@pytest.fixture(params=["memory", "mlflow"])
def registry(request: pytest.FixtureRequest) -> Registry:
    if request.param == "memory":
        return MemoryRegistry()
    over_mlflow: Registry = request.getfixturevalue("mlflow")
    return over_mlflow


def test_versions_count_from_one_and_tell_what_was_registered(registry: Registry) -> None:
    """Each new model of a name gets the next number, and comes back as it was given."""
    other = replace(CANDIDATE, digest="e" * 64, folder="models/ee")
    first, second = registry.register(CANDIDATE), registry.register(other)
    assert first.new and second.new
    assert [str(one.registered.model) for one in (first, second)] == ["mortgage@1", "mortgage@2"]
    assert registry.versions("mortgage") == (first.registered, second.registered)
    assert registry.show(ModelVersion(name="mortgage", version=2)).candidate == other


def test_the_same_model_of_the_same_data_is_one_version(registry: Registry) -> None:
    """Training again, by another run and into other bytes, gives the version that is there, unchanged."""
    first = registry.register(CANDIDATE)
    again = registry.register(replace(CANDIDATE, run=RunId(UUID(int=2)), file_sha256="0" * 64))
    assert not again.new
    assert again.registered == first.registered
    assert len(registry.versions("mortgage")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": ("gold.loan_features@4", *CANDIDATE.inputs[1:])},
        {"settings": {"cutoff": "2025-09-01", "strength": "1.0"}},
    ],
    ids=["other data", "other settings"],
)
def test_the_same_model_of_other_data_is_another_version(
    registry: Registry, change: dict[str, object]
) -> None:
    """A version's passport cites one set of table versions and settings."""
    registry.register(CANDIDATE)
    assert registry.register(replace(CANDIDATE, **change)).registered.model.version == 2  # type: ignore[arg-type]


def test_names_do_not_share_numbers(registry: Registry) -> None:
    """Another model's first version is 1 as well."""
    registry.register(CANDIDATE)
    assert registry.register(replace(CANDIDATE, name="cars")).registered.model.version == 1


def test_what_is_not_registered_is_not_found(registry: Registry) -> None:
    """Unknown names have no versions; an unknown version is named."""
    registry.register(CANDIDATE)
    assert registry.versions("cars") == ()
    for text in ("mortgage@2", "cars@1"):
        with pytest.raises(UnknownModel, match=text):
            registry.show(ModelVersion.parse(text))


def test_mlflow_holds_the_figures_and_no_place(mlflow: Registry, tmp_path: Path) -> None:
    """Metrics, parameters and tags stand in MLflow's tables; nothing there says where the home lies."""
    mlflow.register(CANDIDATE)
    database = sqlite3.connect(tmp_path / "mlflow.db")
    try:
        metrics = database.execute("select key, value from metrics").fetchall()
        parameters = database.execute("select key, value from params").fetchall()
        text = "\n".join(database.iterdump())
    finally:
        database.close()
    assert dict(metrics) == CANDIDATE.metrics
    assert dict(parameters) == CANDIDATE.settings
    assert str(tmp_path) not in text
    assert str(Path.cwd()) not in text
