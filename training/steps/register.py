"""Step `register`: the model's files into the home, its figures into MLflow, its version into the record."""

import json
from pathlib import Path

from lineage.facets import DetailsRunFacet
from lineage.scorecard import Scorecard
from training.card import Facts, card_json, card_markdown
from training.digest import model_digest
from training.mlflow_registry import MlflowRegistry
from training.model_store import keep_card, keep_model, sha256_of
from training.registry import Candidate, Registration
from training.request import Assignment
from training.statement import ModelStatement, state
from training.steps.announced import announced, home


def run(assignment_text: str, model_path: str, evaluation_path: str, verdict_path: str) -> str:
    """Register and return what became of it as JSON (see `training.run`)."""
    assignment = Assignment.parse(assignment_text)
    evaluation = json.loads(Path(evaluation_path).read_text())
    verdict = json.loads(Path(verdict_path).read_text())
    with announced("register", assignment, reads=assignment.inputs.learnt_from) as step:
        digest = model_digest(Path(model_path) / "model.skops")
        folder = keep_model(home(), digest, Path(model_path))
        card = Scorecard.from_json(json.loads((home() / folder / "scorecard.json").read_bytes()))
        registry = MlflowRegistry(home() / "mlflow.db")
        registration = registry.register(_candidate(assignment, digest, folder, card, evaluation))
        registered = registration.registered
        facts = Facts(registered=registered, evaluation=evaluation, verdict=verdict, card=card)
        keep_card(home(), registered, card_json(facts), card_markdown(facts))
        state(step, _statement(registration), assignment.inputs)
        outcome = {
            "model": str(registered.model),
            "new": registration.new,
            "digest": digest,
            "file_sha256": registered.candidate.file_sha256,
            "folder": folder,
            "features": list(card.names),
            "mlflow_run": registered.mlflow_run,
            "pins": [{"table": str(v.table), "version": v.version} for v in assignment.inputs.all],
        }
        step.note("lakeproof_details", DetailsRunFacet(kind="training", details=outcome))
    return json.dumps(
        {**outcome, "metrics": evaluation["metrics"], "findings": verdict["findings"]}, sort_keys=True
    )


def _statement(registration: Registration) -> ModelStatement:
    registered = registration.registered
    return ModelStatement(
        model=registered.model,
        new=registration.new,
        digest=registered.candidate.digest,
        file_sha256=registered.candidate.file_sha256,
        features=registered.candidate.features,
        mlflow_run=registered.mlflow_run,
    )


def _candidate(
    assignment: Assignment, digest: str, folder: str, card: Scorecard, evaluation: dict[str, dict[str, float]]
) -> Candidate:
    return Candidate(
        name=assignment.pipeline,
        digest=digest,
        file_sha256=sha256_of(home() / folder / "model.skops"),
        folder=folder,
        features=card.names,
        inputs=tuple(str(version) for version in assignment.inputs.all),
        settings={name: str(value) for name, value in assignment.settings.to_json().items()},
        metrics=evaluation["metrics"],
        run=assignment.parent.id,
        code=assignment.environment.code,
    )
