"""The port to the model registry: which deployment answers under a model's name. With its in-memory twin."""

from dataclasses import dataclass
from typing import Protocol

from inference.errors import NotApproved, NotDeployed, UnknownModel
from lineage.models import Deployment, ModelVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A deployment and what it computes: the scorecard's JSON, and the model digest that was approved."""

    deployment: Deployment
    scorecard: bytes
    digest: str


class Registry(Protocol):
    """Asked about every `refresh_seconds`, from a worker thread. Raises Fault when it cannot be reached."""

    def deployed(self, name: str) -> Served:
        """The deployment in force under name.

        Raises UnknownModel (404) when it was never registered, NotDeployed (409) when none is deployed.
        """
        ...

    def version(self, model: ModelVersion) -> Served:
        """The deployment in force, if it is of exactly this version.

        Raises UnknownModel (404), NotApproved (409) when nobody approved it, NotDeployed (409) when another
        version, or none, is deployed: a decision is only ever made by what was deployed.
        """
        ...


class MemoryRegistry:
    """The in-memory twin: versions registered, approved and deployed by calls."""

    def __init__(self) -> None:
        self._registered: dict[ModelVersion, tuple[bytes, str]] = {}
        self._approved: set[ModelVersion] = set()
        self._deployments: dict[str, list[Deployment]] = {}

    def register(self, model: ModelVersion, scorecard: bytes, digest: str) -> None:
        self._registered[model] = (scorecard, digest)

    def approve(self, model: ModelVersion) -> None:
        self._approved.add(model)

    def deploy(self, model: ModelVersion) -> Deployment:
        """Put an approved version in force; the n-th deployment of its name has number n."""
        before = self._deployments.setdefault(model.name, [])
        before.append(Deployment(number=len(before) + 1, model=model))
        return before[-1]

    def deployed(self, name: str) -> Served:
        if not any(model.name == name for model in self._registered):
            raise unknown_model(name)
        deployments = self._deployments.get(name)
        if not deployments:
            raise not_deployed(name)
        scorecard, digest = self._registered[deployments[-1].model]
        return Served(deployment=deployments[-1], scorecard=scorecard, digest=digest)

    def version(self, model: ModelVersion) -> Served:
        if model not in self._registered:
            raise unknown_model(str(model))
        if model not in self._approved:
            raise NotApproved(f"{model} is not approved", next_move=f"`lakeproof models approve {model}`")
        served = self.deployed(model.name)
        if served.deployment.model != model:
            raise not_this_version(model, served.deployment)
        return served


def unknown_model(name: str) -> UnknownModel:
    """The error for a model or model version the registry does not have."""
    return UnknownModel(f"there is no model {name}", next_move="`lakeproof models list` shows what there is")


def not_deployed(name: str) -> NotDeployed:
    """The error for a model of which nothing is in force."""
    return NotDeployed(
        f"no version of {name} is deployed", next_move=f"`lakeproof models deploy {name}@VERSION`"
    )


def not_this_version(asked: ModelVersion, deployment: Deployment) -> NotDeployed:
    """The error for an approved version that is not the one in force."""
    return NotDeployed(
        f"{asked} is not deployed: {deployment} answers with {deployment.model}",
        next_move=f"ask for {deployment.model}, or `lakeproof models deploy {asked}`",
    )
