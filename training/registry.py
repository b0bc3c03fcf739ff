"""The registry as this room needs it: a port, the values it deals in, and its twin in memory.

A model version stands for what made it: the same model (digest) from the same table versions with the same
settings is one version, however often it is trained. The same digest from other table versions is another
one, because its passport cites other data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

from lineage.canonical import canonical, sha256
from lineage.models import ModelVersion
from lineage.names import RunId
from training.errors import UnknownModel

_SPACE = UUID("5f0f8d1e-4b1a-5d0c-9a52-6a4f6c616b65")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that passed its gate. `folder` is relative to the home; `inputs` are table versions as text."""

    name: str
    digest: str
    file_sha256: str
    folder: str
    features: tuple[str, ...]
    inputs: tuple[str, ...]
    settings: Mapping[str, str]
    metrics: Mapping[str, float]
    run: RunId
    code: str

    @property
    def fingerprint(self) -> str:
        """What makes two candidates one version."""
        return sha256(
            canonical({"digest": self.digest, "inputs": sorted(self.inputs), "settings": dict(self.settings)})
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A candidate with its version and the MLflow run that holds its figures."""

    model: ModelVersion
    candidate: Candidate
    mlflow_run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`new` is False when the candidate's fingerprint was registered before."""

    registered: Registered
    new: bool


class Registry(Protocol):
    """Where models get their versions."""

    def register(self, candidate: Candidate) -> Registration:
        """Give the candidate the next version of its name, or the one that its fingerprint already has."""
        ...

    def versions(self, name: str) -> tuple[Registered, ...]:
        """Every version of a name, oldest first; none for a name not known."""
        ...

    def show(self, model: ModelVersion) -> Registered:
        """Raise UnknownModel when there is no such version."""
        ...


class MemoryRegistry:
    """The twin in memory."""

    def __init__(self) -> None:
        self._registered: list[Registered] = []

    def register(self, candidate: Candidate) -> Registration:
        there = self.versions(candidate.name)
        for registered in there:
            if registered.candidate.fingerprint == candidate.fingerprint:
                return Registration(registered=registered, new=False)
        model = ModelVersion(name=candidate.name, version=len(there) + 1)
        registered = Registered(model=model, candidate=candidate, mlflow_run=uuid5(_SPACE, str(model)).hex)
        self._registered.append(registered)
        return Registration(registered=registered, new=True)

    def versions(self, name: str) -> tuple[Registered, ...]:
        return tuple(one for one in self._registered if one.model.name == name)

    def show(self, model: ModelVersion) -> Registered:
        for one in self._registered:
            if one.model == model:
                return one
        raise unknown(model)


def unknown(model: ModelVersion) -> UnknownModel:
    """The error of every registry that is asked for what it has not."""
    return UnknownModel(
        f"{model} is not registered",
        next_move="`lakeproof models list` shows what is; `lakeproof train` makes more",
    )
