"""Claims about the compiled pipelines."""

from pathlib import Path

import pytest
import yaml

from training.compiled import PIPELINES, compiled
from training.run import PIPELINES as OFFERED

FOLDER = Path(__file__).parent / "training"


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_compiles_to_its_golden_file(name: str) -> None:
    """The IR changes only on purpose: `python -m training.compiled tests/golden/training` writes it."""
    assert compiled(name) == (FOLDER / f"{name}.yaml").read_text()


@pytest.mark.parametrize("name", PIPELINES)
def test_no_step_installs_anything(name: str) -> None:
    """A step runs what its image holds: nothing is fetched, and our name is asked of no index."""
    text = (FOLDER / f"{name}.yaml").read_text()
    assert "pip install" not in text
    assert "sdkVersion" not in yaml.safe_load(text)


def test_the_mortgage_pipeline_has_its_six_steps_in_order() -> None:
    """From validate to register, which waits for the gate."""
    tasks = yaml.safe_load((FOLDER / "mortgage.yaml").read_text())["root"]["dag"]["tasks"]
    needs = {name: set(task.get("dependentTasks", ())) for name, task in tasks.items()}
    assert needs == {
        "validate": set(),
        "features": {"validate"},
        "train": {"features"},
        "evaluate": {"features", "train"},
        "gate": {"evaluate"},
        "register": {"evaluate", "gate", "train"},
    }


def test_every_pipeline_that_is_offered_is_compiled() -> None:
    """The names that `lakeproof train` knows without importing Kubeflow are those of the pipelines."""
    assert set(OFFERED) == set(PIPELINES)
