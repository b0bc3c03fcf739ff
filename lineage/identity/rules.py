"""The rules of names as values. What the keys mean is said in rules.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from lineage.names import DatasetId


class Shape(StrEnum):
    """What a name on a platform looks like."""

    KEY = "key"
    PATH = "path"
    TABLE = "table"
    GLUE = "glue"
    PLAIN = "plain"


class Case(StrEnum):
    """What a platform makes of an identifier's case."""

    KEEP = "keep"
    LOWER = "lower"
    UPPER = "upper"

    def fold(self, text: str) -> str:
        if self is Case.KEEP:
            return text
        return text.lower() if self is Case.LOWER else text.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How one platform names its datasets. `quotes`: pairs of opening and closing sign."""

    name: str
    schemes: tuple[str, ...]
    shape: Shape
    case: Case = Case.KEEP
    quotes: tuple[str, ...] = ()
    folds_quoted: bool = False
    port: int | None = None
    drops_port: bool = False
    authority: Case = Case.LOWER
    suffix: str = ""
    one_slash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A namespace, or one dataset (`name`), that is called otherwise. A namespace's `source` may hold `*`."""

    source: str
    target: str
    name: str | None = None
    target_name: str | None = None

    def renamed(self, dataset: DatasetId) -> DatasetId | None:
        """The new name of dataset, or None where this rule says nothing of it."""
        if self.name is None:
            if not fnmatchcase(dataset.namespace, _literal(self.source)):
                return None
            return DatasetId(namespace=self.target, name=dataset.name)
        if (dataset.namespace, dataset.name) != (self.source, self.name):
            return None
        return DatasetId(namespace=self.target, name=self.target_name or dataset.name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """All rules in force. `document` is what they were compiled from, as JSON.

    `environments`: pattern of a namespace and DataHub's environment for what it holds; the first that fits.
    Compared and hashed by identity, so that names can be kept by rules.
    """

    document: Mapping[str, Any]
    platforms: tuple[Platform, ...]
    renames: tuple[Rename, ...] = ()
    environment: str = "PROD"
    environments: tuple[tuple[str, str], ...] = ()
    by_scheme: Mapping[str, Platform] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_scheme = {scheme: platform for platform in self.platforms for scheme in platform.schemes}
        object.__setattr__(self, "by_scheme", by_scheme)

    def environment_of(self, dataset: DatasetId) -> str:
        """DataHub's environment for dataset."""
        fits = (
            name for pattern, name in self.environments if fnmatchcase(dataset.namespace, _literal(pattern))
        )
        return next(fits, self.environment)


def _literal(pattern: str) -> str:
    """Only `*` stands for anything; brackets and question marks are themselves."""
    return pattern.replace("[", "[[]").replace("?", "[?]")
