"""OpenLineage's names as DataHub's urns, the way DataHub's own converter maps them. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lineage.graph import NodeKind, kind_of
from lineage.names import LAKE, LANDING, REPORTS, DatasetId, JobId, RunId

#: How DataHub's urns begin.
URN = "urn:li:"
ENVIRONMENT = "PROD"

_OURS = {LAKE: "delta-lake", LANDING: "file", REPORTS: "lakeproof"}
# Where a name is a path below what the namespace names: the urn joins them.
_FILES = {
    "s3": "s3",
    "s3a": "s3",
    "s3n": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "dbfs": "dbfs",
    "file": "file",
    "abfs": "abs",
    "abfss": "abs",
    "wasb": "abs",
    "wasbs": "abs",
}
_SPELT = {"awsathena": "athena", "sqlserver": "mssql"}
_GLUE = ("arn:aws:glue:", "aws:glue:")
#: Signs with a meaning of their own in urns, and how they are spelt within a part.
RESERVED = {",": "%2C", "(": "%28", ")": "%29", "␟": "%E2%90%9F", "%": "%25"}
_RESERVED = str.maketrans(RESERVED)
_PRODUCERS = (
    (re.compile(r"/apache/airflow(/|$)"), "airflow"),
    (re.compile(r"/trinodb/trino(/|$)"), "trino"),
)
_INTEGRATION = re.compile(r"/integration/([a-z0-9_-]+)")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Filed(DatasetId):
    """A dataset under the name, and in the environment, that DataHub files it in."""

    environment: str


def filed(
    names: Iterable[DatasetId],
    tables: Iterable[DatasetId],
    environment: str,
    *,
    iceberg: Iterable[DatasetId] = (),
) -> Filed:
    """Where a thing of these names, the one that speaks for it first, is filed.

    `tables`: its names that a symlink of kind TABLE gave; `iceberg`: those of them in a catalog of Iceberg. The
    converter calls such a table Glue's where its namespace is, Iceberg's where its catalog is, and Hive's everywhere
    else.
    """
    speaks = next(iter(names))
    if speaks in set(tables) and speaks.namespace not in _OURS:
        other = "iceberg" if speaks in set(iceberg) else "hive"
        platform = "glue" if speaks.namespace.startswith(_GLUE) else other
        speaks = DatasetId(namespace=platform, name=_dotted(speaks.name))
    return Filed(namespace=speaks.namespace, name=speaks.name, environment=environment)


@lru_cache(maxsize=4096)  # asked for again for each of a dataset's columns
def dataset_urn(dataset: DatasetId) -> str:
    """A model's version is not a dataset: see `model_urn`."""
    platform, name = platform_of(dataset)
    environment = dataset.environment if isinstance(dataset, Filed) else ENVIRONMENT
    return f"urn:li:dataset:(urn:li:dataPlatform:{_part(platform)},{_part(name)},{environment})"


def platform_of(dataset: DatasetId) -> tuple[str, str]:
    """DataHub's platform and the dataset's name on it."""
    if dataset.namespace in _OURS:
        return _OURS[dataset.namespace], dataset.name
    if dataset.namespace.startswith(_GLUE):
        # The converter knows this namespace in symlinks only; a thing has one urn, so it is the same one here.
        return "glue", _dotted(dataset.name)
    scheme, marked, place = dataset.namespace.partition("://")
    if not marked:
        return dataset.namespace or "unknown", dataset.name
    if scheme in _FILES:
        path = f"{place.rstrip('/')}/{dataset.name.lstrip('/')}".rstrip("/")
        return _FILES[scheme], path if scheme == "file" else path.lstrip("/")
    return _SPELT.get(scheme, scheme), dataset.name


def flow_urn(orchestrator: str, job: JobId) -> str:
    flow = job.name.partition(".")[0]
    return f"urn:li:dataFlow:({_part(orchestrator)},{_part(flow)},{_part(job.namespace)})"


def job_urn(orchestrator: str, job: JobId) -> str:
    """The job's whole name stands in its urn; only what is shown leaves out the flow's."""
    return f"urn:li:dataJob:({flow_urn(orchestrator, job)},{_part(job.name)})"


def run_urn(run: RunId) -> str:
    return f"urn:li:dataProcessInstance:{run}"


def model_group_urn(name: str) -> str:
    return f"urn:li:mlModelGroup:(urn:li:dataPlatform:mlflow,{_part(name)},{ENVIRONMENT})"


def model_urn(name: str, version: str) -> str:
    """As DataHub's MLflow source names a version."""
    return f"urn:li:mlModel:(urn:li:dataPlatform:mlflow,{_part(name)}_{_part(version)},{ENVIRONMENT})"


def deployment_urn(name: str, number: str) -> str:
    platform = "urn:li:dataPlatform:lakeproof"
    return f"urn:li:mlModelDeployment:({platform},{_part(name)}_{_part(number)},{ENVIRONMENT})"


def entity_urn(dataset: DatasetId, version: str | None) -> str | None:
    """Whatever holds data, as DataHub's entity; None for a model or deployment of no known version."""
    kind = kind_of(dataset)
    if kind not in {NodeKind.MODEL, NodeKind.DEPLOYMENT}:
        return dataset_urn(dataset)
    if version is None:
        return None
    return (model_urn if kind is NodeKind.MODEL else deployment_urn)(dataset.name, version)


def field_urn(dataset: DatasetId, column: str) -> str:
    return f"urn:li:schemaField:({dataset_urn(dataset)},{_part(column)})"


def feature_urn(table: DatasetId, name: str) -> str:
    """A feature is filed under the table that holds it."""
    return f"urn:li:mlFeature:({_part(table.name)},{_part(name)})"


def tag_urn(name: str) -> str:
    return f"urn:li:tag:{_part(name)}"


def assertion_urn(digest: str) -> str:
    return f"urn:li:assertion:{digest}"


def actor_urn(name: str) -> str:
    return f"urn:li:corpuser:{_part(name)}"


def orchestrator_of(integration: str | None, engine: str | None, producer: str) -> str:
    """DataHub's name for what runs a job: the integration of its jobType facet, the processing engine, or whoever
    the producer's address names.
    """
    for said in (integration, engine):
        if said and said.strip():
            word = said.strip().lower()
            return _SPELT.get(word, word)
    address = producer.lower()
    known = next((name for pattern, name in _PRODUCERS if pattern.search(address)), None)
    found = _INTEGRATION.search(address)
    return known or (found[1] if found else "unknown")


def _dotted(name: str) -> str:
    return name.removeprefix("table/").replace("/", ".") if name.startswith("table/") else name


def _part(text: str) -> str:
    return text.translate(_RESERVED)
