"""Load, transform and train in one workspace: what the commands and the demo both call."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.types import ASGIApp

from ingestion.load import load
from ingestion.odcs import read_contract
from ingestion.outcome import LoadOutcome
from lakehouse.manifest import manifest
from lakeproof.services.background import Keyed, serving
from lakeproof.services.record import record_app
from lakeproof.workspace import Workspace
from lineage.names import TableVersion
from training.request import Emission, TrainOutcome, TrainRequest
from training.run import train as run_pipeline
from transformations.project_folder import check_project
from transformations.request import TransformOutcome, TransformRequest
from transformations.runner import transform as run_dbt


def ingest(
    workspace: Workspace, contract: Path, source: Path, *, correction: str | None = None
) -> LoadOutcome:
    """Load one drop under its contract; see `ingestion.load.load`."""
    return load(
        read_contract(contract),
        source,
        lake=workspace.lake,
        vault=workspace.parts.vault,
        recorder=workspace.recorder,
        correction=correction,
    )


def transform(workspace: Workspace, request: TransformRequest) -> TransformOutcome:
    """Run dbt on the workspace's Spark session; see `transformations.runner.transform`."""
    check_project(request.project)  # before Spark is started for nothing
    return run_dbt(request, lake=workspace.lake, session=workspace.parts.session, recorder=workspace.recorder)


def train(
    workspace: Workspace, pipeline: str, settings: Mapping[str, str], at: Sequence[TableVersion] = ()
) -> TrainOutcome:
    """Run a training pipeline and pin what the model stands on.

    The steps are processes of their own; they emit to this process's intake, served on a free loopback port. Nobody
    else reaches it: who works here without a token gives them a key that is forgotten with the run.
    """
    app: ASGIApp = record_app(workspace.catalog, without_token=workspace.token is None)
    key = workspace.token or secrets.token_urlsafe()
    if workspace.token is None:
        app = Keyed(app, key)
    with serving(app) as url:
        outcome = run_pipeline(
            TrainRequest(pipeline=pipeline, settings=dict(settings), at=tuple(at)),
            home=workspace.home.root,
            lake=workspace.lake,
            recorder=workspace.recorder,
            emission=Emission(url=url, token=key),
        )
    for version in outcome.pins:
        pin(workspace, version, by=str(outcome.run), why=f"{outcome.model} was trained on it")
    return outcome


def pin(workspace: Workspace, version: TableVersion, *, by: str, why: str) -> None:
    """Record that a table version must stay readable, with its manifest. Pinning again changes nothing."""
    log = workspace.catalog.log
    log.append(
        "pin",
        {"table": str(version), "by": by, "why": why},
        actor=workspace.actor,
        event_id=f"pin/{version}/{by}",
    )
    log.append(
        "manifest",
        manifest(workspace.lake, version).to_json(),
        actor=workspace.actor,
        event_id=f"manifest/{version}",
    )
