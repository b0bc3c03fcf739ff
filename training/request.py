"""What is asked of a training, what each of its steps is told, and what comes out. Values only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from lineage.canonical import Json
from lineage.errors import BadInput
from lineage.findings import Finding
from lineage.models import ModelVersion
from lineage.names import JobId, RunId, TableName, TableVersion
from lineage.recorder import Environment, RunRef
from training.settings import TrainSettings

FEATURES_TABLE = TableName(schema="gold", table="loan_features")
OUTCOMES_TABLE = TableName(schema="silver", table="loan_outcomes")
PROTECTED_TABLE = TableName(schema="silver", table="protected_attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainRequest:
    """`settings` as texts (`--set k=v`); `at` pins tables (`--at TABLE@V`), the others are taken at their
    newest.
    """

    pipeline: str
    settings: Mapping[str, str]
    at: Sequence[TableVersion] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """Where the steps, which are processes of their own, send their events: the catalog's address, and a
    token.
    """

    url: str | None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The exact versions that one training reads."""

    features: TableVersion
    outcomes: TableVersion
    protected: TableVersion

    @property
    def learnt_from(self) -> tuple[TableVersion, ...]:
        """What the model is made of: never the protected attributes, which only the evaluation reads."""
        return (self.features, self.outcomes)

    @property
    def all(self) -> tuple[TableVersion, ...]:
        return (*self.learnt_from, self.protected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What every step of one training is told; travels as a pipeline parameter."""

    pipeline: str
    parent: RunRef
    inputs: Inputs
    settings: TrainSettings
    actor: str
    environment: Environment

    def to_text(self) -> str:
        """One line of JSON."""
        document: dict[str, Json] = {
            "pipeline": self.pipeline,
            "parent": {
                "run": str(self.parent.id),
                "namespace": self.parent.job.namespace,
                "job": self.parent.job.name,
            },
            "inputs": [str(version) for version in self.inputs.all],
            "settings": self.settings.to_json(),
            "actor": self.actor,
            "environment": asdict(self.environment),
        }
        return json.dumps(document, sort_keys=True)

    @classmethod
    def parse(cls, text: str) -> "Assignment":
        """Raise BadInput unless text is what `to_text` gives."""
        try:
            document = json.loads(text)
            parent = document["parent"]
            features, outcomes, protected = map(TableVersion.parse, document["inputs"])
            return cls(
                pipeline=document["pipeline"],
                parent=RunRef(
                    id=RunId(UUID(parent["run"])),
                    job=JobId(namespace=parent["namespace"], name=parent["job"]),
                ),
                inputs=Inputs(features=features, outcomes=outcomes, protected=protected),
                settings=TrainSettings.parse(document["settings"]),
                actor=document["actor"],
                environment=Environment(**document["environment"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"a step was started with an unreadable assignment: {error!r}",
                next_move="start pipelines with `lakeproof train`, which writes it",
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOutcome:
    """What a training made.

    `new` is False when the same model from the same data was registered before; `model` is then that version.
    `folder` is relative to the home. `pins` are the table versions that must stay readable for the model's
    sake.
    """

    run: RunId
    model: ModelVersion
    new: bool
    digest: str
    file_sha256: str
    folder: str
    mlflow_run: str
    pins: tuple[TableVersion, ...]
    metrics: Mapping[str, float]
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        verb = "trained" if self.new else "is the same as trained before:"
        figures = ", ".join(f"{name} {value:.3f}" for name, value in sorted(self.metrics.items()))
        return f"{self.model} {verb} by run {self.run}; digest {self.digest}; {figures}"

    def to_json(self) -> dict[str, Json]:
        """What `lakeproof train --json` prints."""
        return {
            "run": str(self.run),
            "model": str(self.model),
            "new": self.new,
            "digest": self.digest,
            "file_sha256": self.file_sha256,
            "mlflow_run": self.mlflow_run,
            "pins": [str(version) for version in self.pins],
            "metrics": dict(self.metrics),
            "findings": [finding.to_json() for finding in self.findings],
        }
