"""The model registry as the record knows it: registered by training runs, approved and deployed by entries."""

from pathlib import Path

from catalog.catalog import Catalog
from catalog.graph.records import VersionRecord
from inference.errors import NotApproved, NotDeployed
from inference.registry import Served, not_this_version, unknown_model
from lakeproof.operations.governance import Approval, Registered
from lineage.canonical import sha256
from lineage.errors import Fault, NotFound
from lineage.models import Deployment, ModelVersion
from lineage.names import JOBS, MODELS, DatasetId
from lineage.times import Instants

SCORECARD = "scorecard.json"
_TRAINING = "training."
_MODEL_FIELDS = {"digest", "file_sha256", "features"}


class RecordRegistry:
    """Answers the scoring service from the log; the model files lie in the home under their digest."""

    def __init__(self, catalog: Catalog, models: Path) -> None:
        self._catalog = catalog
        self._models = models

    def deployed(self, name: str) -> Served:
        """Raise UnknownModel or NotDeployed."""
        found = [entry for entry in self._deployments() if entry["deployment"].partition("#")[0] == name]
        if not found:
            if not registered(self._catalog, name):
                raise unknown_model(name)
            raise NotDeployed(
                f"no version of {name} is deployed",
                next_move=f"deploy one: lakeproof models deploy {name}@VERSION",
            )
        return self._served(found[-1])

    def version(self, model: ModelVersion) -> Served:
        """Raise UnknownModel, NotApproved or NotDeployed."""
        try:
            find_registered(self._catalog, model)
        except NotFound as error:
            raise unknown_model(str(model)) from error
        if not any(approval.model == model for approval in approvals(self._catalog)):
            raise NotApproved(
                f"{model} is not approved", next_move=f"have it approved: lakeproof models approve {model}"
            )
        served = self.deployed(model.name)
        if served.deployment.model != model:
            raise not_this_version(model, served.deployment)
        return served

    def _deployments(self) -> list[dict[str, str]]:
        return [entry.body() for entry in self._catalog.log.entries(kind="deployment")]

    def _served(self, entry: dict[str, str]) -> Served:
        path = self._models / entry["digest"] / SCORECARD
        try:
            scorecard = path.read_bytes()
        except OSError as error:
            raise Fault(
                f"the scorecard of {entry['model']} cannot be read: {error}",
                next_move="restore the home's models/",
            ) from error
        if sha256(scorecard) != entry["scorecard_sha256"]:
            raise Fault(
                f"the scorecard of {entry['model']} is not the one that was deployed: its digest differs",
                next_move=f"restore {path.name} of digest {entry['digest']} from a backup",
            )
        number = int(entry["deployment"].partition("#")[2])
        return Served(
            deployment=Deployment(number=number, model=ModelVersion.parse(entry["model"])),
            scorecard=scorecard,
            digest=entry["digest"],
        )


def registered(catalog: Catalog, name: str | None = None) -> tuple[Registered, ...]:
    """Every version that a training run of ours registered (of one model), oldest first."""
    at = catalog.log.resolve()
    models = [DatasetId(namespace=MODELS, name=name)] if name else catalog.graph.datasets(MODELS, at)
    found = (
        _registered(catalog, version, at)
        for model in models
        for version in catalog.graph.versions(model, at)
        if version.version.version.isascii() and version.version.version.isdigit()
    )
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.model))


def _registered(catalog: Catalog, version: VersionRecord, at: Instants) -> Registered | None:
    """What the first training run said; whoever speaks of the version later changes nothing of it.

    The pipeline's run and its last step both state the model; the pipeline's has no parent. None when no run of
    a training job states the version as a model: an event of somebody else makes no model.
    """
    stated = [
        (run, output.facets["lakeproof_model"])
        for run in (catalog.graph.run(each, at) for each in version.written_by)
        if run.job.namespace == JOBS and run.job.name.startswith(_TRAINING)
        for output in run.outputs
        if output.at == version.version and output.facets.get("lakeproof_model", {}).keys() >= _MODEL_FIELDS
    ]
    if not stated:
        return None
    run, facet = min(stated, key=lambda each: (each[0].parent is not None, each[0].entries[0]))
    actors = [catalog.log.entry(seq).actor for each, _ in stated for seq in each.entries]
    return Registered(
        model=ModelVersion(name=version.version.dataset.name, version=int(version.version.version)),
        digest=facet["digest"],
        file_sha256=facet["file_sha256"],
        features=tuple(facet["features"]),
        training_run=str(run.id),
        trainer=catalog.log.entry(run.entries[0]).actor,
        authors=frozenset(actor.name for actor in actors),
    )


def find_registered(catalog: Catalog, model: ModelVersion) -> Registered:
    """Raise NotFound when the version is not registered."""
    for each in registered(catalog, model.name):
        if each.model == model:
            return each
    raise NotFound(f"there is no model {model}", next_move="`lakeproof models list` shows what there is")


def approvals(catalog: Catalog) -> tuple[Approval, ...]:
    """Every approval, oldest first."""
    return tuple(
        Approval(
            model=ModelVersion.parse(body["model"]),
            approver=body["by"],
            digest=body["digest"],
            scorecard_sha256=body["scorecard_sha256"],
            note=body["note"],
        )
        for body in (entry.body() for entry in catalog.log.entries(kind="approval"))
    )
