"""OpenLineage facets of our own, for what the published ones cannot say.

Built on the OpenLineage client's base classes, so that its serialiser treats them as any other. Each names
its schema `urn:lakeproof:facets:1#<Name>`.
"""

from typing import Any

import attr
from openlineage.client.generated.base import DatasetFacet, RunFacet


def _schema(name: str) -> str:
    return f"urn:lakeproof:facets:1#{name}"


@attr.define
class SequenceRunFacet(RunFacet):
    """The event's number in its producer's gap-free stream, so that a lost event shows. Key: lakeproof_sequence."""

    stream: str
    seq: int

    @staticmethod
    def _get_schema() -> str:
        return _schema("Sequence")


@attr.define
class EnvironmentRunFacet(RunFacet):
    """What ran: code commit (with `+dirty` when the tree was), lock file's SHA-256, interpreter, platform.

    Key: lakeproof_environment.
    """

    code: str
    lock_sha256: str
    python: str
    platform: str

    @staticmethod
    def _get_schema() -> str:
        return _schema("Environment")


@attr.define
class SupersedesRunFacet(RunFacet):
    """This run corrects earlier ones. Key: lakeproof_supersedes.

    `replaced`: objects {"dataset": {"namespace","name"}, "version": str, "where": str}: the slice `where`
    of that version is no longer what we believe.
    """

    because: str
    replaced: list[dict[str, Any]]

    @staticmethod
    def _get_schema() -> str:
        return _schema("Supersedes")


@attr.define
class CommitsDatasetFacet(DatasetFacet):
    """Every Delta version this run committed to the table, oldest first; the version facet holds the last.

    Key: lakeproof_commits.
    """

    versions: list[int]

    @staticmethod
    def _get_schema() -> str:
        return _schema("Commits")


@attr.define
class DetailsRunFacet(RunFacet):
    """Figures of one kind of run as plain JSON, `kind` says which. Key: lakeproof_details.

    Kinds: `load` (control totals, key commitments), `batch` (Merkle root of predictions), `evaluation`
    (metrics, gate), `deployment`.
    """

    kind: str
    details: dict[str, Any]

    @staticmethod
    def _get_schema() -> str:
        return _schema("Details")


@attr.define
class ModelDatasetFacet(DatasetFacet):
    """A model version. `digest` identifies what it computes, `file_sha256` its file. Key: lakeproof_model."""

    digest: str
    file_sha256: str
    features: list[str]
    mlflow_run: str

    @staticmethod
    def _get_schema() -> str:
        return _schema("Model")


@attr.define
class FindingsRunFacet(RunFacet):
    """What the run found wrong, each as `lineage.findings.Finding.to_json`. Key: lakeproof_findings."""

    findings: list[dict[str, Any]]

    @staticmethod
    def _get_schema() -> str:
        return _schema("Findings")
