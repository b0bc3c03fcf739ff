"""Names of things, parsed once at the door: tables, table versions, datasets, columns, jobs, runs.

Nothing is read or written here. A dataset's identity is OpenLineage's (namespace, name); tables of the lake
have logical names, never paths, so that a home can be moved.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from lineage.errors import BadInput

LAKE = "lakeproof://lake"
LANDING = "lakeproof://landing"
MODELS = "lakeproof://models"
DEPLOYMENTS = "lakeproof://deployments"
REPORTS = "lakeproof://reports"
JOBS = "lakeproof://jobs"

RunId = NewType("RunId", UUID)

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TableName:
    """`schema.table`, lower case, as the lake's folders spell it."""

    schema: str
    table: str

    @classmethod
    def parse(cls, text: str) -> "TableName":
        """Raise BadInput unless text is `schema.table`."""
        schema, dot, table = text.partition(".")
        if not dot or not _IDENTIFIER.match(schema) or not _IDENTIFIER.match(table):
            raise BadInput(
                f"'{text}' is not a table name",
                next_move="write it as schema.table in lower case, such as bronze.loan_applications",
            )
        return cls(schema=schema, table=table)

    @property
    def dataset(self) -> "DatasetId":
        return DatasetId(namespace=LAKE, name=str(self))

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TableVersion:
    """`schema.table@7`: what runs read and write."""

    table: TableName
    version: int

    @classmethod
    def parse(cls, text: str) -> "TableVersion":
        """Raise BadInput unless text is `schema.table@version`."""
        table, at, version = text.partition("@")
        if not at or not version.isascii() or not version.isdigit():
            raise BadInput(
                f"'{text}' is not a table version",
                next_move=f"write it as schema.table@7; `lakeproof history {table or 'TABLE'}` lists versions",
            )
        return cls(table=TableName.parse(table), version=int(version))

    def __str__(self) -> str:
        return f"{self.table}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DatasetId:
    """OpenLineage's identity of anything that holds data: table, file, model, deployment, report."""

    namespace: str
    name: str

    @property
    def table(self) -> TableName | None:
        """The table of the lake that this is, or None."""
        return TableName.parse(self.name) if self.namespace == LAKE else None

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DatasetVersion:
    """A dataset at a version: a Delta version, `sha256:…` of a file, a model's number."""

    dataset: DatasetId
    version: str

    def __str__(self) -> str:
        return f"{self.dataset}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ColumnId:
    """A column of a dataset."""

    dataset: DatasetId
    column: str

    def __str__(self) -> str:
        return f"{self.dataset}#{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class JobId:
    """OpenLineage's identity of a job. Ours are `<flow>.<task>` in the namespace JOBS."""

    namespace: str
    name: str

    @classmethod
    def ours(cls, *parts: str) -> "JobId":
        """The job `part.part…` of Lakeproof's own namespace."""
        return cls(namespace=JOBS, name=".".join(parts))

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def parse_run_id(text: str) -> RunId:
    """Raise BadInput unless text is a UUID."""
    try:
        return RunId(UUID(text))
    except ValueError as error:
        raise BadInput(
            f"'{text}' is not a run id", next_move="run ids are UUIDs; `lakeproof history TABLE` shows them"
        ) from error


def at_versions(versions: Sequence[TableVersion]) -> str:
    """Table versions as people read them: `a.b@3, a.b@4`."""
    return ", ".join(str(version) for version in versions) or "nothing"
