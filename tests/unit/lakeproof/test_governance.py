"""Four eyes: nobody approves what they trained, and nothing unapproved is deployed."""

from dataclasses import replace

import pytest

from lakeproof.operations.governance import Approval, Registered, check_approval, check_deployment
from lineage.actors import Actor, Role
from lineage.errors import Denied, Refused
from lineage.models import ModelVersion

MODEL = ModelVersion(name="mortgage", version=1)
REGISTERED = Registered(
    model=MODEL,
    digest="d1",
    file_sha256="f1",
    features=("obrat",),
    training_run="r1",
    trainer=Actor(name="tess", authenticated=True, role=Role.TRAINER),
)
ANNA = Actor(name="anna", authenticated=True, role=Role.APPROVER)


def test_another_authenticated_approver_may_approve() -> None:
    """Proven, of the right role, and not the trainer: no objection."""
    check_approval(REGISTERED, ANNA)


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (Actor(name="anna", role=Role.APPROVER), "only asserted"),
        (Actor(name="tess", authenticated=True, role=Role.APPROVER), "tess trained it"),
        (Actor(name="audrey", authenticated=True, role=Role.AUDITOR), "not approver"),
    ],
)
def test_everyone_else_is_denied_with_the_reason(actor: Actor, why: str) -> None:
    """An asserted name, the trainer with any role, and any other role are denied."""
    with pytest.raises(Denied, match=why):
        check_approval(REGISTERED, actor)


def test_an_approval_of_another_digest_does_not_count() -> None:
    """Approval is of what the model computes, not of its number."""
    other = Approval(model=MODEL, approver="anna", digest="d0", scorecard_sha256="s1", note="")
    with pytest.raises(Refused, match="not approved"):
        check_deployment(REGISTERED, (other,), scorecard_sha256="s1")
    good = Approval(model=MODEL, approver="anna", digest="d1", scorecard_sha256="s1", note="")
    assert check_deployment(REGISTERED, (other, good), scorecard_sha256="s1") is good


def test_whoever_spoke_for_the_training_may_not_approve() -> None:
    """Sending an event of the training run afterwards makes nobody independent of it."""
    with pytest.raises(Denied, match="anna trained it"):
        check_approval(replace(REGISTERED, authors=frozenset({"tess", "anna"})), ANNA)


def test_another_scorecard_than_the_approved_one_is_not_deployed() -> None:
    """What is served is what was approved, byte for byte."""
    good = Approval(model=MODEL, approver="anna", digest="d1", scorecard_sha256="s1", note="")
    with pytest.raises(Refused, match="not the one that anna approved"):
        check_deployment(REGISTERED, (good,), scorecard_sha256="s2")
