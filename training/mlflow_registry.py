"""The registry over MLflow on a local database: figures in a run, versions in its model registry.

Nothing in the database depends on where the home lies: no artifact goes through MLflow, and the locations it
insists on are given as schemes without a host or a path.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from mlflow.entities import Metric, Param, RunTag
from mlflow.entities.model_registry import ModelVersion as MlflowVersion
from mlflow.exceptions import MlflowException
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking import MlflowClient

from lineage.models import ModelVersion
from lineage.names import RunId
from training.registry import Candidate, Registered, Registration, unknown

_NOWHERE = "mlflow-artifacts:/"
_CANDIDATE = "lakeproof.candidate"
_FINGERPRINT = "lakeproof.fingerprint"


class MlflowRegistry:
    """`Registry` over the MLflow database at path, which is made if need be."""

    def __init__(self, path: Path) -> None:
        logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        uri = f"sqlite:///{path.absolute()}"
        # Made first with a root of its own: the client would note the current folder as a place for
        # artifacts.
        SqlAlchemyStore(uri, _NOWHERE)  # type: ignore[no-untyped-call]
        self._client = MlflowClient(tracking_uri=uri, registry_uri=uri)

    def register(self, candidate: Candidate) -> Registration:
        for registered in self.versions(candidate.name):
            if registered.candidate.fingerprint == candidate.fingerprint:
                return Registration(registered=registered, new=False)
        run = self._log(candidate)
        self._ensure_name(candidate.name)
        version = self._client.create_model_version(
            candidate.name,
            source=candidate.folder,
            run_id=run,
            tags={_FINGERPRINT: candidate.fingerprint, _CANDIDATE: _to_text(candidate)},
        )
        return Registration(registered=_registered(version), new=True)

    def versions(self, name: str) -> tuple[Registered, ...]:
        found = self._client.search_model_versions(f"name='{name}'")
        return tuple(sorted(map(_registered, found), key=lambda one: one.model.version))

    def show(self, model: ModelVersion) -> Registered:
        try:
            return _registered(self._client.get_model_version(model.name, str(model.version)))
        except MlflowException as error:
            raise unknown(model) from error

    def _log(self, candidate: Candidate) -> str:
        experiment = self._client.get_experiment_by_name(candidate.name)
        number = (
            self._client.create_experiment(candidate.name, artifact_location=f"{_NOWHERE}{candidate.name}")
            if experiment is None
            else experiment.experiment_id
        )
        run = self._client.create_run(number, run_name=str(candidate.run))
        identity: str = run.info.run_id
        moment = run.info.start_time
        self._client.log_batch(
            identity,
            metrics=[Metric(name, value, moment, 0) for name, value in sorted(candidate.metrics.items())],
            params=[Param(name, value) for name, value in sorted(candidate.settings.items())],
            tags=[RunTag(name, value) for name, value in sorted(_tags(candidate).items())],
        )
        self._client.set_terminated(identity)
        return identity

    def _ensure_name(self, name: str) -> None:
        if not self._client.search_registered_models(f"name='{name}'"):
            self._client.create_registered_model(name)


def _tags(candidate: Candidate) -> Mapping[str, str]:
    return {
        "lakeproof.run": str(candidate.run),
        "lakeproof.code": candidate.code,
        "lakeproof.inputs": ", ".join(candidate.inputs),
        "lakeproof.digest": candidate.digest,
    }


def _to_text(candidate: Candidate) -> str:
    return json.dumps(
        {
            "digest": candidate.digest,
            "file_sha256": candidate.file_sha256,
            "folder": candidate.folder,
            "features": list(candidate.features),
            "inputs": list(candidate.inputs),
            "settings": dict(candidate.settings),
            "metrics": dict(candidate.metrics),
            "run": str(candidate.run),
            "code": candidate.code,
        },
        sort_keys=True,
    )


def _registered(version: MlflowVersion) -> Registered:
    document = json.loads(version.tags[_CANDIDATE])
    candidate = Candidate(
        name=version.name,
        digest=document["digest"],
        file_sha256=document["file_sha256"],
        folder=document["folder"],
        features=tuple(document["features"]),
        inputs=tuple(document["inputs"]),
        settings=document["settings"],
        metrics=document["metrics"],
        run=RunId(UUID(document["run"])),
        code=document["code"],
    )
    return Registered(
        model=ModelVersion(name=version.name, version=int(version.version)),
        candidate=candidate,
        mlflow_run=str(version.run_id),
    )
