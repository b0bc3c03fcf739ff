"""Model versions registered in a real record as a training does it: the pipeline's run and its last step state them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakeproof.home import Home
from lakeproof.settings import Settings
from lakeproof.workspace import Workspace, open_workspace
from lineage.actors import Role
from lineage.canonical import sha256
from lineage.facets import ModelDatasetFacet
from lineage.models import ModelVersion
from lineage.names import JobId
from lineage.recorder import RunInProgress
from tests.support.scoring import CARD, card_bytes

DIGEST = sha256(card_bytes())


@contextmanager
def opened(root: Path) -> Iterator[Workspace]:
    """A home under root, made if it is not there, in the hands of ed, who only asserts his name."""
    Home(root=root).make()
    settings = Settings(home=root, actor="ed", token=None, json=False, without_token=False)
    with open_workspace(settings) as workspace:
        yield workspace


def acting(workspace: Workspace, name: str, role: Role) -> Workspace:
    """The same home in the hands of a new, authenticated actor."""
    return workspace.acting_as(workspace.catalog.actors.add(name, role, by=workspace.actor))


def register(trainer: Workspace, model: ModelVersion) -> None:
    """Register the tests' scorecard as a version that trainer trained."""
    folder = trainer.home.models / DIGEST
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scorecard.json").write_bytes(card_bytes())
    with trainer.recorder.run(JobId.ours("training", model.name)) as pipeline:
        job = JobId.ours("training", model.name, "register")
        with trainer.recorder.run(job, parent=pipeline.ref) as step:
            _state(step, model)
        _state(pipeline, model)


def _state(run: RunInProgress, model: ModelVersion) -> None:
    facet = ModelDatasetFacet(
        digest=DIGEST, file_sha256=sha256(b"model"), features=list(CARD.names), mlflow_run="abc"
    )
    run.writes(model.dataset, lakeproof_model=facet)
