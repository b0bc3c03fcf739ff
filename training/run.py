"""`lakeproof train`: pin the tables, run the pipeline, record it as one run with its steps below it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lakehouse.lake import Lake
from lineage.errors import BadInput
from lineage.facets import DetailsRunFacet
from lineage.findings import Finding, Severity
from lineage.models import ModelVersion
from lineage.names import JobId, TableName, TableVersion, at_versions
from lineage.recorder import JobKind, Recorder, RunInProgress
from training.errors import NoIntake, UnknownPipeline
from training.refusals import refusal_in
from training.request import (
    FEATURES_TABLE,
    OUTCOMES_TABLE,
    PROTECTED_TABLE,
    Assignment,
    Emission,
    Inputs,
    TrainOutcome,
    TrainRequest,
)
from training.settings import TrainSettings
from training.statement import ModelStatement, state
from training.surroundings import CATALOG_URL, HOME, TOKEN

PIPELINES = ("mortgage",)
_ROOT = Path(__file__).resolve().parent.parent
#: One thread each: sums in another order would give another model.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def train(
    request: TrainRequest, *, home: Path, lake: Lake, recorder: Recorder, emission: Emission
) -> TrainOutcome:
    """Run a training pipeline to a registered model version.

    Raises UnknownPipeline, BadSetting, NoIntake, NotFound (a table or version), before anything is recorded;
    and then BadTrainingData, GateFailed or StepFailed, with the pipeline's run failed and nothing registered.
    """
    if request.pipeline not in PIPELINES:
        raise UnknownPipeline(
            f"there is no pipeline '{request.pipeline}'", next_move=f"there is {', '.join(PIPELINES)}"
        )
    settings = TrainSettings.parse(request.settings)
    inputs = pinned(request.at, lake)
    if not emission.url:
        raise NoIntake(
            "the pipeline's steps are processes of their own and have nowhere to send their events",
            next_move="start the catalog (`lakeproof catalog serve`) and set LAKEPROOF_CATALOG_URL",
        )
    job = JobId.ours("training", request.pipeline)
    with recorder.run(job, kind=JobKind(integration="KUBEFLOW", type="PIPELINE")) as run:
        for version in inputs.learnt_from:
            run.reads_table(version)
        assignment = Assignment(
            pipeline=request.pipeline,
            parent=run.ref,
            inputs=inputs,
            settings=settings,
            actor=recorder.actor,
            environment=recorder.environment,
        )
        return _recorded(run, _run_pipeline(assignment, home, emission), inputs)


def pinned(at: Sequence[TableVersion], lake: Lake) -> Inputs:
    """The three tables' versions: those asked for, the newest of the others; each is checked to exist."""
    wanted = (FEATURES_TABLE, OUTCOMES_TABLE, PROTECTED_TABLE)
    asked: dict[TableName, TableVersion] = {version.table: version for version in at}
    if len(asked) != len(at) or asked.keys() - set(wanted):
        raise BadInput(
            f"cannot train at {at_versions(at)}",
            next_move=f"pin each of {', '.join(map(str, wanted))} at most once",
        )
    features, outcomes, protected = (
        lake.at(asked[table]) if table in asked else lake.newest(table) for table in wanted
    )
    return Inputs(features=features, outcomes=outcomes, protected=protected)


def _run_pipeline(assignment: Assignment, home: Path, emission: Emission) -> Mapping[str, Any]:
    """What the register step returned. The scratch folder goes in any case; what counts is in the record."""
    scratches = home / "kfp"
    scratches.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratches) as scratch:
        done = subprocess.run(
            [sys.executable, "-m", "training.local", assignment.pipeline, scratch],
            input=assignment.to_text(),
            env=_environment(os.environ, home, Path(scratch), emission),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            returned: Mapping[str, Any] = json.loads((Path(scratch) / "output.json").read_text())
            return returned
    log = scratches / f"{assignment.parent.id}.log"
    log.write_text(done.stdout)
    raise refusal_in(done.stdout, kept=f"kfp/{log.name}")


def _environment(
    inherited: Mapping[str, str], home: Path, scratch: Path, emission: Emission
) -> dict[str, str]:
    own = {
        **dict.fromkeys(_THREADS, "1"),
        # Our rooms by path, and never the current folder: it may hold one of the same name.
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, [inherited.get("PYTHONPATH")])]),
        "PYTHONSAFEPATH": "1",
        "TMPDIR": str(scratch),
        HOME: str(home.absolute()),
        CATALOG_URL: str(emission.url),
    }
    kept = {name: value for name, value in inherited.items() if name != TOKEN}
    return {**kept, **own, **({TOKEN: emission.token} if emission.token else {})}


def _recorded(run: RunInProgress, returned: Mapping[str, Any], inputs: Inputs) -> TrainOutcome:
    statement = ModelStatement(
        model=ModelVersion.parse(returned["model"]),
        new=returned["new"],
        digest=returned["digest"],
        file_sha256=returned["file_sha256"],
        features=tuple(returned["features"]),
        mlflow_run=returned["mlflow_run"],
    )
    state(run, statement, inputs)
    run.note("lakeproof_details", DetailsRunFacet(kind="pipeline", details=dict(returned)))
    return TrainOutcome(
        run=run.id,
        model=statement.model,
        new=statement.new,
        digest=statement.digest,
        file_sha256=statement.file_sha256,
        folder=returned["folder"],
        mlflow_run=statement.mlflow_run,
        pins=inputs.all,
        metrics=returned["metrics"],
        findings=tuple(_finding(item) for item in returned["findings"]),
    )


def _finding(item: Mapping[str, Any]) -> Finding:
    return Finding(**{**item, "severity": Severity(item["severity"])})
