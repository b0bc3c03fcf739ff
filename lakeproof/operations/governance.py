"""Decide who may approve and what may be deployed. Pure: the record's facts come in, a decision goes out."""

from dataclasses import dataclass

from lineage.actors import Actor, Role
from lineage.errors import Denied, Refused
from lineage.models import ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A model version as its training run registered it. `digest` identifies what it computes.

    `trainer` began the training; `authors` are all who sent an event of a run that states the version.
    """

    model: ModelVersion
    digest: str
    file_sha256: str
    features: tuple[str, ...]
    training_run: str
    trainer: Actor
    authors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A person other than the trainer stood for this version, and for the scorecard that was there then."""

    model: ModelVersion
    approver: str
    digest: str
    scorecard_sha256: str
    note: str


def check_approval(registered: Registered, actor: Actor) -> None:
    """Raise Denied unless actor may approve: authenticated, an approver, and not the trainer (four eyes)."""
    if not actor.authenticated:
        raise Denied(
            f"{actor} may not approve {registered.model}: the actor is only asserted",
            next_move="set LAKEPROOF_TOKEN to an approver's token",
        )
    if actor.name in registered.authors | {registered.trainer.name}:
        raise Denied(
            f"{actor} may not approve {registered.model}: {actor} trained it",
            next_move="ask another approver; four eyes are needed",
        )
    if actor.role is not Role.APPROVER:
        raise Denied(
            f"{actor} may not approve {registered.model}: the role is {actor.role}, not approver",
            next_move="ask an approver; `lakeproof actors list` shows them",
        )


def check_deployment(
    registered: Registered, approvals: tuple[Approval, ...], *, scorecard_sha256: str
) -> Approval:
    """The approval a deployment rests on. Raises Refused when nobody approved exactly this model and scorecard."""
    for approval in reversed(approvals):
        if (approval.model, approval.digest) == (registered.model, registered.digest):
            if approval.scorecard_sha256 == scorecard_sha256:
                return approval
            raise Refused(
                f"the scorecard of {registered.model} is not the one that {approval.approver} approved",
                next_move="restore the home's models/ from a backup",
            )
    raise Refused(
        f"{registered.model} is not approved, so it is not deployed",
        next_move=f"have it approved: lakeproof models approve {registered.model}",
    )
