"""The model that answered: deployment, digest, approval, training run, pinned tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from audit_app.behind.runs import details
from audit_app.checks import Check, failed, holds, not_checkable, verified
from audit_app.naming import as_table_version
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from catalog.log.entry import Entry
from lakehouse.manifest import Manifest, check
from lineage.certainty import Certainty
from lineage.errors import LakeproofError
from lineage.models import Deployment, ModelVersion
from lineage.names import DEPLOYMENTS, MODELS, DatasetVersion, TableVersion
from lineage.predictions import Prediction
from lineage.times import Instants, render_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A table version that the training read, how that is known, its pin and its manifest where there are."""

    version: TableVersion
    certainty: Certainty
    pin: Entry | None
    manifest: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the record says of the model. None or empty: the record says nothing.

    `digest` and `features` are as the training run registered them.
    """

    model: ModelVersion | None
    deployment: Deployment | None
    deployed: Entry | None
    deploy_run: RunRecord | None
    approval: Entry | None
    refusals: tuple[Entry, ...]
    training: RunRecord | None
    steps: tuple[RunRecord, ...]
    digest: str | None
    features: tuple[str, ...]
    learnt: tuple[Learnt, ...]

    @property
    def trained_in(self) -> tuple[RunRecord, ...]:
        """The training run and its steps."""
        return self.steps if self.training is None else (self.training, *self.steps)

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        return self.trained_in if self.deploy_run is None else (self.deploy_run, *self.trained_in)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that are no events."""
        pinned = [entry for each in self.learnt for entry in (each.pin, each.manifest)]
        named = [self.deployed, self.approval, *self.refusals, *pinned]
        return tuple(entry for entry in named if entry is not None)


def find_served(sources: Sources, prediction: Prediction, at: Instants) -> Served:
    """Everything behind the model and deployment that the prediction names."""
    model = deployment = None
    if prediction.model_version is not None:
        model = ModelVersion(name=prediction.model, version=prediction.model_version)
        if prediction.deployment is not None:
            deployment = Deployment(number=prediction.deployment, model=model)
    deployed = _last(_entries(sources, "deployment", at), deployment=str(deployment))
    writers = _writers(sources, None if model is None else model.dataset, at)
    facet = _model_facet(writers, model)
    digest = facet.get("digest")
    approvals = [
        entry for entry in _entries(sources, "approval", at) if deployed is None or entry.seq < deployed.seq
    ]
    training = _whole(sources, writers, at)
    steps = () if training is None else sources.catalog.graph.children(training.id, at)
    return Served(
        model=model,
        deployment=deployment,
        deployed=deployed,
        deploy_run=next(
            iter(_writers(sources, None if deployment is None else deployment.dataset, at)), None
        ),
        approval=_last(approvals, model=str(model), digest=digest),
        refusals=tuple(
            entry
            for entry in _entries(sources, "approval-refused", at)
            if entry.body().get("model") == str(model)
        ),
        training=training,
        steps=tuple(sorted(steps, key=lambda run: run.started_at or run.ended_at or at.as_of)),
        digest=digest,
        features=tuple(facet.get("features", ())),
        learnt=_learnt(sources, (training, *steps), at),
    )


def _entries(sources: Sources, kind: str, at: Instants) -> list[Entry]:
    found = sources.catalog.log.entries(kind, upto=at.log_size)
    return [entry for entry in found if entry.recorded_at <= at.as_of]


def _last(entries: Iterable[Entry], **members: str | None) -> Entry | None:
    """The last entry whose payload has these members."""
    return next(
        (
            entry
            for entry in reversed(list(entries))
            if all(entry.body().get(name) == value for name, value in members.items())
        ),
        None,
    )


def _writers(sources: Sources, version: DatasetVersion | None, at: Instants) -> tuple[RunRecord, ...]:
    return () if version is None else sources.catalog.graph.runs_writing(version, at)


def _model_facet(writers: Iterable[RunRecord], model: ModelVersion | None) -> dict[str, Any]:
    for run in writers:
        for output in run.outputs:
            if model is not None and output.at == model.dataset and "lakeproof_model" in output.facets:
                return dict(output.facets["lakeproof_model"])
    return {}


def _whole(sources: Sources, writers: Sequence[RunRecord], at: Instants) -> RunRecord | None:
    """The pipeline's run: the writer without a parent, or the parent of the step that wrote the model."""
    for run in writers:
        if run.parent is None:
            return run
    try:
        return sources.catalog.graph.run(writers[0].parent.id, at) if writers and writers[0].parent else None
    except LakeproofError:
        return writers[0]


def _learnt(sources: Sources, runs: Iterable[RunRecord | None], at: Instants) -> tuple[Learnt, ...]:
    found: dict[TableVersion, Certainty] = {}
    for run in runs:
        for each in () if run is None else run.inputs:
            version = None if each.at is None else as_table_version(each.at)
            if version is not None:
                found.setdefault(version, each.certainty)
    pins, manifests = _entries(sources, "pin", at), _entries(sources, "manifest", at)
    return tuple(
        Learnt(
            version=version,
            certainty=found[version],
            pin=_last(pins, table=str(version)),
            manifest=_manifest(manifests, version),
        )
        for version in sorted(found)
    )


def _manifest(entries: Iterable[Entry], version: TableVersion) -> Entry | None:
    named = (str(version.table), version.version)
    for entry in entries:
        body = entry.body()
        if (body.get("table"), body.get("version")) == named:
            return entry
    return None


def check_served(served: Served, filed_by: RunRecord | None, prediction: Prediction) -> Iterator[Check]:
    """Whether row, batch, deployment, approval and registration tell the same. Pure."""
    if served.model is None:
        yield not_checkable("model", prediction.model, "no deployment answered this request")
        return
    if filed_by is not None:
        named = {each.at for each in filed_by.inputs if each.dataset.namespace in (MODELS, DEPLOYMENTS)}
        wanted = {served.model.dataset} | ({served.deployment.dataset} if served.deployment else set())
        yield holds(
            "model",
            served.model,
            named == wanted,
            said="the row and the batch's run name the same model and deployment",
            otherwise="the batch's run names another model or deployment than the row",
        )
    yield _check_deployment(served, prediction)
    yield _check_approval(served)


def _check_deployment(served: Served, prediction: Prediction) -> Check:
    about, entry = str(served.deployment), served.deployed
    if entry is None:
        return failed("deployment", about, "no entry of the log records this deployment")
    body = entry.body()
    if body.get("model") != str(served.model) or served.digest is None or body.get("digest") != served.digest:
        return failed("deployment", about, "what was deployed is not what the training run registered")
    if entry.recorded_at > prediction.requested_at:
        return failed("deployment", about, "it answered before its deployment was recorded")
    when = render_moment(entry.recorded_at)
    return verified("deployment", about, f"{served.model} of the registered digest, in service since {when}")


def _check_approval(served: Served) -> Check:
    about, entry = f"approval of {served.model}", served.approval
    if entry is None:
        return failed("four-eyes", about, "nobody approved exactly this digest before it was deployed")
    body = entry.body()
    trainer, approver = body.get("trainer"), entry.actor
    if not approver.authenticated or approver.name != body.get("by"):
        return failed("four-eyes", about, f"the approver {body.get('by')} was not authenticated")
    if trainer is None or approver.name == trainer:
        return failed("four-eyes", about, f"the approver is the trainer, {approver.name}")
    return verified("four-eyes", about, f"approved by {approver.name}, trained by {trainer}")


def check_pins(sources: Sources, served: Served) -> Iterator[Check]:
    """Whether what the model learnt from is still there, byte for byte."""
    for learnt in served.learnt:
        if learnt.manifest is None:
            reason = "no manifest was taken of it, so that its files cannot be compared"
            yield not_checkable("manifest", learnt.version, reason)
            continue
        verdict = check(sources.lake, Manifest.from_json(learnt.manifest.body()))
        yield Check(name="manifest", about=str(learnt.version), verdict=verdict)


def trained_by(served: Served) -> str | None:
    """The trainer's name: as the approval says, else the actor of the training run."""
    stated = None if served.approval is None else served.approval.body().get("trainer")
    return stated or (None if served.training is None else served.training.actor)


def registered_in(served: Served) -> dict[str, Any]:
    """The figures that the pipeline's run states of the model: metrics, folder, file."""
    for run in served.runs:
        for kind in ("pipeline", "training"):
            found = details(run, kind)
            if found:
                return found
    return {}
