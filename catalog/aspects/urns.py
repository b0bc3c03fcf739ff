"""OpenLineage's names as DataHub's urns, the way DataHub's own converter maps them. Pure."""

from lineage.graph import NodeKind, kind_of
from lineage.names import LAKE, LANDING, REPORTS, DatasetId, JobId, RunId

ENVIRONMENT = "PROD"

_OURS = {LAKE: "delta-lake", LANDING: "file", REPORTS: "lakeproof"}
# Where a name is a path below what the namespace names: the urn joins them.
_FILES = {
    "s3": "s3",
    "s3a": "s3",
    "s3n": "s3",
    "gs": "gcs",
    "gcs": "gcs",
    "hdfs": "hdfs",
    "dbfs": "dbfs",
    "abfs": "abs",
    "abfss": "abs",
    "wasb": "abs",
    "wasbs": "abs",
}
_SPELT = {"awsathena": "athena", "awsglue": "glue", "sqlserver": "mssql", "file": "file"}
_RESERVED = {",": "%2C", "(": "%28", ")": "%29", "␟": "%E2%90%9F", "%": "%25"}


def dataset_urn(dataset: DatasetId) -> str:
    """A model's version is not a dataset: see `model_urn`."""
    platform, name = platform_of(dataset)
    return f"urn:li:dataset:(urn:li:dataPlatform:{_part(platform)},{_part(name)},{ENVIRONMENT})"


def platform_of(dataset: DatasetId) -> tuple[str, str]:
    """DataHub's platform and the dataset's name on it."""
    if dataset.namespace in _OURS:
        return _OURS[dataset.namespace], dataset.name
    scheme, marked, place = dataset.namespace.partition("://")
    scheme = scheme.partition(":")[0].lower()
    if marked and scheme in _FILES:
        return _FILES[scheme], f"{place.rstrip('/')}/{dataset.name.lstrip('/')}".strip("/")
    return _SPELT.get(scheme, scheme or "unknown"), dataset.name


def symlinked(dataset: DatasetId, symlinks: tuple[tuple[DatasetId, str], ...]) -> DatasetId:
    """The name that a dataset is filed under: its table's in a catalog, where a symlink of kind TABLE gives one."""
    for other, kind in sorted(symlinks):
        if kind == "TABLE":
            # Hive's catalog is known by its server or by its warehouse's folder; only its tables have dots.
            hive = other.namespace.partition("://")[0] in {"hive", "hdfs", "s3", "s3a", "gs", "file"}
            return DatasetId(namespace="hive", name=other.name) if hive and "." in other.name else other
    return dataset


def flow_urn(orchestrator: str, job: JobId) -> str:
    flow = job.name.partition(".")[0]
    return f"urn:li:dataFlow:({_part(orchestrator)},{_part(flow)},{_part(job.namespace)})"


def job_urn(orchestrator: str, job: JobId) -> str:
    flow, _, task = job.name.partition(".")
    return f"urn:li:dataJob:({flow_urn(orchestrator, job)},{_part(task or flow)})"


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


def orchestrator_of(integration: str | None, producer: str) -> str:
    """DataHub's name for what runs a job: the integration of its jobType facet, or the producer's."""
    if integration:
        return integration.lower()
    _, marked, rest = producer.partition("/integration/")
    return rest.partition("/")[0] if marked and rest else "openlineage"


def _part(text: str) -> str:
    return "".join(_RESERVED.get(character, character) for character in text)
