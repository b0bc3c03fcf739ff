"""Approval and deployment in a real record: who may, what is recorded, and what is served from then on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakeproof.operations.models import approve, deploy
from lakeproof.registry import RecordRegistry, approvals
from lakeproof.workspace import Workspace
from lineage.actors import Role
from lineage.errors import Denied, Fault, Refused
from lineage.models import ModelVersion
from tests.support.registered import DIGEST, acting, opened, register

MODEL = ModelVersion(name="mortgage", version=1)


@pytest.fixture
def ed(tmp_path: Path) -> Iterator[Workspace]:
    """A home in which tess, who may also approve, trained mortgage@1."""
    with opened(tmp_path) as workspace:
        yield workspace


@pytest.fixture
def tess(ed: Workspace) -> Workspace:
    trainer = acting(ed, "tess", Role.APPROVER)
    register(trainer, MODEL)
    return trainer


def test_the_trainer_is_refused_and_the_refusal_recorded(ed: Workspace, tess: Workspace) -> None:
    """Even as an approver; so are asserted actors and other roles. Nothing is approved, so nothing is deployed."""
    for actor in (tess, ed, acting(ed, "otto", Role.AUDITOR)):
        with pytest.raises(Denied):
            approve(actor, MODEL, "it is good")
    refusals = [entry.body() for entry in ed.catalog.log.entries(kind="approval-refused")]
    assert [refusal["by"] for refusal in refusals] == ["tess", "ed", "otto"]
    assert approvals(ed.catalog) == ()
    with pytest.raises(Refused, match="mortgage@1 is not approved"):
        deploy(ed, MODEL)
    assert not list(ed.catalog.log.entries(kind="deployment"))


def test_what_another_approved_is_served(ed: Workspace, tess: Workspace) -> None:
    """An approver other than the trainer; each deployment has the next number and is of the approved digest."""
    approve(acting(ed, "anna", Role.APPROVER), MODEL, "read the card")
    assert [deploy(ed, MODEL).number for _ in range(2)] == [1, 2]
    served = RecordRegistry(ed.catalog, ed.home.models).deployed("mortgage")
    assert (served.deployment.number, served.digest) == (2, DIGEST)


def test_a_scorecard_changed_after_deployment_is_not_served(ed: Workspace, tess: Workspace) -> None:
    """The file must be the one whose digest the deployment's entry states."""
    approve(acting(ed, "anna", Role.APPROVER), MODEL, "read the card")
    deploy(ed, MODEL)
    path = ed.home.models / DIGEST / "scorecard.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Fault, match="not the one that was deployed"):
        RecordRegistry(ed.catalog, ed.home.models).deployed("mortgage")
