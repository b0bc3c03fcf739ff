"""Approve and deploy model versions: check, then record. A refusal is recorded too."""

from lakeproof.operations.governance import Registered, check_approval, check_deployment
from lakeproof.registry import SCORECARD, approvals, find_registered
from lakeproof.workspace import Workspace
from lineage.canonical import sha256
from lineage.errors import Denied, Fault
from lineage.facets import DetailsRunFacet
from lineage.models import Deployment, ModelVersion
from lineage.names import JobId


def approve(workspace: Workspace, model: ModelVersion, note: str) -> None:
    """Record the actor's approval of model. Raises Denied, after recording the refusal; NotFound."""
    registered = find_registered(workspace.catalog, model)
    payload = {
        "model": str(model),
        "digest": registered.digest,
        "by": workspace.actor.name,
        "role": workspace.actor.role.value if workspace.actor.role else None,
        "trainer": registered.trainer.name,
        "training_run": registered.training_run,
        "note": note,
        "scorecard_sha256": _scorecard_sha256(workspace, registered),
    }
    try:
        check_approval(registered, workspace.actor)
    except Denied as refusal:
        workspace.catalog.log.append(
            "approval-refused", {**payload, "reason": refusal.message}, actor=workspace.actor
        )
        raise
    workspace.catalog.log.append("approval", payload, actor=workspace.actor)


def deploy(workspace: Workspace, model: ModelVersion) -> Deployment:
    """Put an approved version into service under the next number. Raises Refused, NotFound."""
    registered = find_registered(workspace.catalog, model)
    scorecard = _scorecard_sha256(workspace, registered)
    approval = check_deployment(registered, approvals(workspace.catalog), scorecard_sha256=scorecard)
    before = [
        entry
        for entry in workspace.catalog.log.entries(kind="deployment")
        if entry.body()["deployment"].partition("#")[0] == model.name
    ]
    deployment = Deployment(number=len(before) + 1, model=model)
    with workspace.recorder.run(JobId.ours("operations", "deploy")) as run:
        run.reads(model.dataset.dataset, model.dataset.version)
        run.writes(deployment.dataset)
        details = {"deployment": str(deployment), "model": str(model), "approver": approval.approver}
        run.note("lakeproof_details", DetailsRunFacet(kind="deployment", details=details))
    workspace.catalog.log.append(
        "deployment",
        {
            "deployment": str(deployment),
            "model": str(model),
            "digest": registered.digest,
            "scorecard_sha256": scorecard,
            "run": str(run.id),
            "approved_by": approval.approver,
        },
        actor=workspace.actor,
    )
    return deployment


def _scorecard_sha256(workspace: Workspace, registered: Registered) -> str:
    """The digest of the file that would be served. Raises Fault when it cannot be read."""
    try:
        return sha256((workspace.home.models / registered.digest / SCORECARD).read_bytes())
    except OSError as error:
        raise Fault(
            f"the scorecard of {registered.model} cannot be read: {error.strerror}",
            next_move="restore the home's models/ from a backup",
        ) from error
