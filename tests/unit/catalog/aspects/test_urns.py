"""Claims about DataHub's urns for OpenLineage's names."""

import pytest

from catalog.aspects import urns
from lineage.names import DatasetId, DatasetVersion, JobId, TableName


@pytest.mark.parametrize(
    ("namespace", "name", "platform", "expected"),
    [
        ("lakeproof://lake", "gold.loans", "delta-lake", "gold.loans"),
        ("lakeproof://landing", "jan.csv", "file", "jan.csv"),
        ("gs://b", "f", "gcs", "b/f"),
        ("s3a://b", "/p/t", "s3", "b/p/t"),
        ("hdfs://node:8020", "/p/t", "hdfs", "node:8020/p/t"),
        ("abfss://c@account.dfs.core.windows.net", "p/t", "abs", "c@account.dfs.core.windows.net/p/t"),
        ("file", "/tmp/t", "file", "/tmp/t"),
        ("postgres://host:5432", "db.public.t", "postgres", "db.public.t"),
        ("bigquery", "project.set.t", "bigquery", "project.set.t"),
        ("snowflake://account", "db.s.t", "snowflake", "db.s.t"),
        ("kafka://broker:9092", "topic", "kafka", "topic"),
    ],
)
def test_platform_and_name(namespace: str, name: str, platform: str, expected: str) -> None:
    """A file's place and path are joined; a database's host is left out."""
    assert urns.platform_of(DatasetId(namespace=namespace, name=name)) == (platform, expected)


def test_a_table_symlink_of_hive_names_the_table() -> None:
    """The table's name in Hive's catalog wins over the folder that it lies in; other kinds of symlink do not."""
    folder = DatasetId(namespace="hdfs://node", name="/warehouse/t1")
    table = DatasetId(namespace="hive://server:9083", name="default.t1")
    filed = urns.symlinked(folder, ((table, "TABLE"),))
    assert urns.dataset_urn(filed) == "urn:li:dataset:(urn:li:dataPlatform:hive,default.t1,PROD)"
    assert urns.symlinked(folder, ((table, "LOCATION"),)) == folder


def test_flow_job_and_model() -> None:
    """The flow is the job's name before its first dot; a model version is named as DataHub's MLflow source does."""
    job = JobId(namespace="ns", name="flow.task.step")
    flow = "urn:li:dataFlow:(airflow,flow,ns)"
    assert urns.flow_urn("airflow", job) == flow
    assert urns.job_urn("airflow", job) == f"urn:li:dataJob:({flow},task.step)"
    assert urns.job_urn("spark", JobId(namespace="ns", name="alone")).endswith(",alone)")
    assert urns.model_urn("mortgage", "1") == "urn:li:mlModel:(urn:li:dataPlatform:mlflow,mortgage_1,PROD)"


def test_reserved_signs_are_encoded() -> None:
    """A name with commas and parentheses stays one part of its urn."""
    odd = urns.dataset_urn(DatasetId(namespace="x", name="a,b(c)"))
    assert odd == "urn:li:dataset:(urn:li:dataPlatform:x,a%2Cb%28c%29,PROD)"


def test_the_orchestrator_is_the_integration_or_the_producers() -> None:
    """The jobType facet decides; else the producer's address; else nobody in particular."""
    spark = "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark"
    assert urns.orchestrator_of("DBT", spark) == "dbt"
    assert urns.orchestrator_of(None, spark) == "spark"
    assert urns.orchestrator_of(None, "urn:x") == "openlineage"


def test_models_of_unknown_version_have_no_entity() -> None:
    """DataHub's model is a version; a table is an entity whatever its version."""
    model = DatasetId(namespace="lakeproof://models", name="m")
    assert urns.entity_urn(model, None) is None
    table = DatasetVersion(dataset=TableName.parse("a.b").dataset, version="1")
    assert urns.entity_urn(table.dataset, None) == urns.dataset_urn(table.dataset)
