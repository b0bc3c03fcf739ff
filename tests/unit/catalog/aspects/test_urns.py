"""Claims about DataHub's urns for OpenLineage's names."""

import pytest

from catalog.aspects import urns
from lineage.names import DatasetId, DatasetVersion, JobId, TableName


def named(namespace: str, name: str) -> DatasetId:
    return DatasetId(namespace=namespace, name=name)


# What DataHub's converter makes of each platform's names, worked out by hand from its code and its own tests.
@pytest.mark.parametrize(
    ("namespace", "name", "platform", "expected"),
    [
        ("s3://b", "p/t", "s3", "b/p/t"),
        ("s3a://b", "/p/t", "s3", "b/p/t"),
        ("s3n://b", "p/t/", "s3", "b/p/t"),
        ("gs://b", "f", "gcs", "b/f"),
        ("gcs://b", "/f", "gcs", "b/f"),
        ("abfss://c@acc.dfs.core.windows.net", "p/t", "abs", "c@acc.dfs.core.windows.net/p/t"),
        ("abfs://c@acc.dfs.core.windows.net", "/p/t", "abs", "c@acc.dfs.core.windows.net/p/t"),
        ("wasbs://c@acc.blob.core.windows.net", "k", "abs", "c@acc.blob.core.windows.net/k"),
        ("wasb://c@acc.blob.core.windows.net", "k", "abs", "c@acc.blob.core.windows.net/k"),
        ("dbfs://work", "/p/t", "dbfs", "work/p/t"),
        ("file", "/tmp/t", "file", "/tmp/t"),
        ("file://host", "/tmp/t", "file", "host/tmp/t"),
        ("hdfs://node:8020", "/p/t", "hdfs", "/p/t"),
        ("hdfs://node", "/user/hive/warehouse/t1", "hdfs", "/user/hive/warehouse/t1"),
        ("postgres://host:5432", "db.public.t", "postgres", "db.public.t"),
        ("mysql://host:3306", "db.t", "mysql", "db.t"),
        ("sqlserver://host:1433", "db.dbo.t", "mssql", "db.dbo.t"),
        ("oracle://host:1521", "XE.HR.EMP", "oracle", "XE.HR.EMP"),
        ("db2://host:50000", "D.S.T", "db2", "D.S.T"),
        ("teradata://host:1025", "d.t", "teradata", "d.t"),
        ("redshift://c.eu-west-1:5439", "d.s.t", "redshift", "d.s.t"),
        ("snowflake://org-acc", "DB.S.T", "snowflake", "DB.S.T"),
        ("bigquery", "project.set.t", "bigquery", "project.set.t"),
        ("trino://host:8080", "c.s.t", "trino", "c.s.t"),
        ("awsathena://athena.us-east-1.amazonaws.com", "c.d.t", "athena", "c.d.t"),
        ("hive://host:9083", "default.t1", "hive", "default.t1"),
        ("cassandra://host:9042", "k.t", "cassandra", "k.t"),
        ("crate://host:5432", "c.doc.t", "crate", "c.doc.t"),
        ("oceanbase://host:2881", "d.t", "oceanbase", "d.t"),
        ("azurecosmos://host/dbs/db", "colls/t", "azurecosmos", "colls/t"),
        ("azurekusto://host.kusto.windows.net", "db/t", "azurekusto", "db/t"),
        ("kafka://broker:9092", "topic", "kafka", "topic"),
        ("pubsub", "topic:p:t", "pubsub", "topic:p:t"),
        ("warehouse", "t", "warehouse", "t"),
        # Not the converter's, but the name it gives the same table by a symlink.
        ("arn:aws:glue:us-east-1:1", "table/db/t", "glue", "db.t"),
        # Ours.
        ("lakeproof://lake", "gold.loans", "delta-lake", "gold.loans"),
        ("lakeproof://landing", "jan.csv", "file", "jan.csv"),
    ],
)
def test_platform_and_name(namespace: str, name: str, platform: str, expected: str) -> None:
    """A file's place and path are joined; a database's host is left out, and HDFS's too."""
    assert urns.platform_of(named(namespace, name)) == (platform, expected)


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [
        ("hive://server:9083", "default.t1", "hive,default.t1"),
        ("/tmp/warehouse", "default.t1", "hive,default.t1"),
        ("hdfs://node/warehouse", "default.t1", "hive,default.t1"),
        ("https://catalog.example/api", "db.t", "hive,db.t"),
        ("arn:aws:glue:us-east-1:1", "table/db/t", "glue,db.t"),
        ("aws:glue:us-east-1:1", "table/db/t", "glue,db.t"),
    ],
)
def test_a_table_symlink_names_the_table(namespace: str, name: str, expected: str) -> None:
    """A symlink of kind TABLE wins over the folder: Glue's where its namespace is, Hive's everywhere else."""
    folder, table = named("hdfs://node", "/warehouse/t1"), named(namespace, name)
    filed = urns.filed([table, folder], [table], "PROD")
    assert urns.dataset_urn(filed) == f"urn:li:dataset:(urn:li:dataPlatform:{expected},PROD)"


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [
        ("https://catalog.example/api", "db.events", "iceberg,db.events"),
        ("https://catalog.example/api", "table/db/events", "iceberg,db.events"),
        ("arn:aws:glue:us-east-1:1", "db.events", "glue,db.events"),
    ],
)
def test_a_table_in_an_iceberg_catalog_is_iceberg(namespace: str, name: str, expected: str) -> None:
    """Where the catalog facet names Iceberg, its TABLE symlink names Iceberg's table; Glue's stay Glue's."""
    folder, table = named("s3://warehouse", "catalog/db/events"), named(namespace, name)
    filed = urns.filed([table, folder], [table], "PROD", iceberg=[table])
    assert urns.dataset_urn(filed) == f"urn:li:dataset:(urn:li:dataPlatform:{expected},PROD)"


def test_other_symlinks_leave_the_name_that_speaks() -> None:
    """A location is another name, but not what a thing is filed under; nor is any name but ours for what is ours."""
    folder, ours = named("s3://b", "t"), named("lakeproof://lake", "gold.t")
    table = named("postgres://h:5432", "d.s.t")
    assert urns.platform_of(urns.filed([table, folder], [], "PROD")) == ("postgres", "d.s.t")
    assert urns.platform_of(urns.filed([ours, table], [ours, table], "PROD")) == ("delta-lake", "gold.t")


def test_the_environment_stands_in_the_urn() -> None:
    """PROD unless the rules say otherwise."""
    assert urns.dataset_urn(urns.filed([named("s3://b", "t")], [], "DEV")).endswith(",b/t,DEV)")
    assert urns.dataset_urn(named("s3://b", "t")).endswith(",b/t,PROD)")


def test_flow_job_and_model() -> None:
    """The flow is the job's name before its first dot, the job's urn has all of it."""
    job = JobId(namespace="ns", name="flow.task.step")
    flow = "urn:li:dataFlow:(airflow,flow,ns)"
    assert urns.flow_urn("airflow", job) == flow
    assert urns.job_urn("airflow", job) == f"urn:li:dataJob:({flow},flow.task.step)"
    assert urns.job_urn("spark", JobId(namespace="ns", name="alone")).endswith(",alone)")
    assert urns.model_urn("mortgage", "1") == "urn:li:mlModel:(urn:li:dataPlatform:mlflow,mortgage_1,PROD)"


def test_reserved_signs_are_encoded() -> None:
    """A name with commas and parentheses stays one part of its urn."""
    odd = urns.dataset_urn(DatasetId(namespace="x", name="a,b(c)"))
    assert odd == "urn:li:dataset:(urn:li:dataPlatform:x,a%2Cb%28c%29,PROD)"


@pytest.mark.parametrize(
    ("integration", "engine", "producer", "expected"),
    [
        ("DBT", "spark", "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark", "dbt"),
        (None, "Airflow", "urn:x", "airflow"),
        (" ", None, "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark", "spark"),
        (None, None, "https://github.com/apache/airflow/tree/providers-openlineage/1.14.0", "airflow"),
        (None, None, "https://github.com/trinodb/trino/plugin/trino-openlineage", "trino"),
        ("awsathena", None, "urn:x", "athena"),
        (None, None, "urn:x", "unknown"),
    ],
)
def test_the_orchestrator_is_whoever_runs_the_job(
    integration: str | None, engine: str | None, producer: str, expected: str
) -> None:
    """The jobType facet decides; else the processing engine; else the producer's address; else nobody known."""
    assert urns.orchestrator_of(integration, engine, producer) == expected


def test_models_of_unknown_version_have_no_entity() -> None:
    """DataHub's model is a version; a table is an entity whatever its version."""
    model = DatasetId(namespace="lakeproof://models", name="m")
    assert urns.entity_urn(model, None) is None
    table = DatasetVersion(dataset=TableName.parse("a.b").dataset, version="1")
    assert urns.entity_urn(table.dataset, None) == urns.dataset_urn(table.dataset)
