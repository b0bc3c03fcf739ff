"""A model version by name and number, as the registry, the graph and the scoring service know it."""

from dataclasses import dataclass

from lineage.errors import BadInput
from lineage.names import DEPLOYMENTS, MODELS, DatasetId, DatasetVersion


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ModelVersion:
    """`mortgage@1`."""

    name: str
    version: int

    @classmethod
    def parse(cls, text: str) -> "ModelVersion":
        """Raise BadInput unless text is `name@version`."""
        name, at, version = text.partition("@")
        if not at or not name or not version.isascii() or not version.isdigit():
            raise BadInput(
                f"'{text}' is not a model version",
                next_move="write it as name@1; `lakeproof models list` shows them",
            )
        return cls(name=name, version=int(version))

    @property
    def dataset(self) -> DatasetVersion:
        return DatasetVersion(dataset=DatasetId(namespace=MODELS, name=self.name), version=str(self.version))

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Deployment:
    """The n-th deployment under a model's name: which version answers requests from then on."""

    number: int
    model: ModelVersion

    @property
    def dataset(self) -> DatasetVersion:
        return DatasetVersion(
            dataset=DatasetId(namespace=DEPLOYMENTS, name=self.model.name), version=str(self.number)
        )

    def __str__(self) -> str:
        return f"{self.model.name}#{self.number}"
