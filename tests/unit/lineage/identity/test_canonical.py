"""Claims about spellings: which are one name, and which stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openlineage.client.naming import dataset as spelt

from lineage.identity import canonical, canonical_column, is_table, packaged
from lineage.names import DatasetId

RULES = packaged()


def form(namespace: str, name: str) -> tuple[str, str]:
    found = canonical(DatasetId(namespace=namespace, name=name), RULES)
    return found.namespace, found.name


@pytest.mark.parametrize(
    ("spellings", "one"),
    [
        (
            [("s3a://b", "/p/t/"), ("s3n://b/", "p/t"), ("S3://b/p", "t"), ("warehouse", "s3a://b/p/t")],
            ("s3://b", "p/t"),
        ),
        ([("gcs://b", "f"), ("gs://b/", "/f/")], ("gs://b", "f")),
        ([("s3a://b", "/"), ("s3://b/", "")], ("s3://b", "/")),
        (
            [("abfs://C@acc.dfs.core.windows.net", "/p//t"), ("abfss://c@ACC.dfs.core.windows.net", "p/t/")],
            ("abfss://c@acc.dfs.core.windows.net", "p/t"),
        ),
        ([("wasb://c@a.blob.core.windows.net", "/k")], ("wasbs://c@a.blob.core.windows.net", "k")),
        (
            [("hdfs://NN:8020", "/p/t/"), ("hdfs://nn", "p//t"), ("hdfs://nn/p", "t")],
            ("hdfs://nn", "/p/t"),
        ),
        ([("hdfs://nn:9000", "/p/t")], ("hdfs://nn:9000", "/p/t")),
        ([("dbfs://work", "p//t/")], ("dbfs://work", "/p/t")),
        (
            [
                ("file", "/tmp//t/"),
                ("file:", "/tmp/t"),
                ("file:///tmp", "t"),
                ("file://localhost", "/tmp/t"),
                ("file.here", "file:///tmp/t"),
            ],
            ("file", "/tmp/t"),
        ),
        ([("file", "data/t/")], ("file", "data/t")),
        ([("file://Host", "/t")], ("file://host", "/t")),
        (
            [("postgres://H:5432", "Db.Public.T"), ("postgresql://user:pw@h", 'db."public".t')],
            ("postgres://h:5432", "db.public.t"),
        ),
        ([("postgres://h:5433", 'db.public."T"')], ("postgres://h:5433", 'db.public."T"')),
        (
            [("snowflake://ORG-ACC", "db.s.t"), ("snowflake://org-acc.snowflakecomputing.com", 'DB."S".T')],
            ("snowflake://org-acc", "DB.S.T"),
        ),
        ([("snowflake://org-acc", 'db.s."my.t"')], ("snowflake://org-acc", 'DB.S."my.t"')),
        ([("bigquery://", "p.d.Orders"), ("bigquery", "p.d.`Orders`")], ("bigquery", "p.d.Orders")),
        ([("redshift://c.eu-west-1", 'D."S".t')], ("redshift://c.eu-west-1:5439", "d.s.t")),
        ([("hive://Meta", "Default.`T1`")], ("hive://meta:9083", "default.t1")),
        (
            [
                ("aws:glue:us-east-1:1", "db.T"),
                ("arn:aws:glue:us-east-1:1", "table/DB/t"),
                ("arn:aws:glue:us-east-1:1", "db.t"),
            ],
            ("arn:aws:glue:us-east-1:1", "table/db/t"),
        ),
        ([("awsathena://athena.us-east-1.amazonaws.com", "AwsDataCatalog.DB.T")],
         ("awsathena://athena.us-east-1.amazonaws.com", "awsdatacatalog.db.t")),
        ([("trino://h:8080", 'Hive."S".T')], ("trino://h:8080", "hive.s.t")),
        ([("mysql://h", "Db.`T`")], ("mysql://h:3306", "Db.T")),
        ([("oceanbase://h:2881", "Db.T")], ("oceanbase://h:2881", "Db.T")),
        ([("mssql://H", "[Db].[dbo].T"), ("sqlserver://h:1433", "db.DBO.t")], ("sqlserver://h:1433", "db.dbo.t")),
        ([("oracle://h", "xe.hr.emp")], ("oracle://h:1521", "XE.HR.EMP")),
        ([("db2://h", "d.s.t")], ("db2://h:50000", "D.S.T")),
        ([("teradata://h", "D.T")], ("teradata://h:1025", "d.t")),
        ([("cassandra://h", 'K."t"')], ("cassandra://h:9042", "k.t")),
        ([("crate://h:4200", "C.doc.T")], ("crate://h:4200", "c.doc.t")),
        ([("azurecosmos://Host/dbs/Db/", "colls/X")], ("azurecosmos://host/dbs/Db", "colls/X")),
        ([("azurekusto://H.kusto.windows.net", "Db/T")], ("azurekusto://h.kusto.windows.net", "Db/T")),
        ([("kafka://Broker", "Topic")], ("kafka://broker:9092", "Topic")),
        ([("pubsub", "topic:p:T")], ("pubsub", "topic:p:T")),
    ],
)  # fmt: skip
def test_every_spelling_of_a_thing_has_one_form(
    spellings: list[tuple[str, str]], one: tuple[str, str]
) -> None:
    """Schemes, slashes, case, quotes, default ports, secrets in an address: none makes another thing."""
    assert [form(*each) for each in spellings] == [one] * len(spellings)
    assert form(*one) == one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("s3://b", "a//b"), ("s3://b", "a/b")),
        (("s3://b", "T"), ("s3://b", "t")),
        (("bigquery", "p.d.T"), ("bigquery", "p.d.t")),
        (("mysql://h:3306", "d.T"), ("mysql://h:3306", "d.t")),
        (("postgres://h:5432", "d.s.t"), ("postgres://h:5433", "d.s.t")),
        (("postgres://h:5432", 'd.s."T"'), ("postgres://h:5432", "d.s.t")),
        (("snowflake://a", 'd.s."t"'), ("snowflake://a", "d.s.T")),
        (("kafka://h:9092", "T"), ("kafka://h:9092", "t")),
        (("hdfs://nn:9000", "/t"), ("hdfs://nn", "/t")),
    ],
)
def test_different_things_keep_different_names(one: tuple[str, str], other: tuple[str, str]) -> None:
    """What a platform tells apart stays apart."""
    assert form(*one) != form(*other)


@pytest.mark.parametrize(
    "dataset",
    [
        spelt.Athena("us-east-1", "c", "d", "t"),
        spelt.AWSGlue("us-east-1", "1", "d", "t"),
        spelt.AzureCosmosDB("h", "d", "T"),
        spelt.AzureDataExplorer("h", "D", "T"),
        spelt.AzureSynapse("h", "1433", "s", "t"),
        spelt.BigQuery("p", "d", "T"),
        spelt.Cassandra("h", "9042", "k", "t"),
        spelt.MySQL("h", "3306", "d", "T"),
        spelt.CrateDB("h", "5432", "d", "s", "t"),
        spelt.DB2("h", "50000", "D", "S", "T"),
        spelt.OceanBase("h", "2881", "d", "t"),
        spelt.Oracle("h", "1521", "X", "S", "T"),
        spelt.Postgres("h", "5432", "d", "s", "t"),
        spelt.Teradata("h", "1025", "d", "t"),
        spelt.Redshift("c", "eu-west-1", "5439", "d", "s", "t"),
        spelt.Snowflake("org", "acc", "D", "S", "T"),
        spelt.Trino("h", "8080", "c", "s", "t"),
        spelt.ABFSS("c", "a", "p/t"),
        spelt.DBFS("w", "/p/t"),
        spelt.GCS("b", "k"),
        spelt.HDFS("nn", "9000", "/p"),
        spelt.Hive("h", "9083", "d", "t"),
        spelt.Kafka("h", "9092", "T"),
        spelt.LocalFileSystem("/p/t"),
        spelt.RemoteFileSystem("h", "/p/t"),
        spelt.S3("b", "k"),
        spelt.WASBS("c", "a", "k"),
        spelt.PubSubNaming(spelt.PubSubResourceType.TOPIC, "p", "t"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_names_of_the_specification_are_already_in_their_form(dataset: spelt.DatasetNaming) -> None:
    """Every platform of the specification's own naming classes is known, and its names are left as they are."""
    namespace, name = dataset.get_namespace(), dataset.get_name()
    assert form(namespace, name) == (namespace, name)
    scheme = namespace.partition("://")[0]
    assert any(scheme.startswith(each) for each in RULES.by_scheme)


def test_what_no_rule_knows_is_left_alone() -> None:
    """Our own names, and those of platforms nobody described."""
    for name in [("lakeproof://lake", "gold.t"), ("Warehouse", "A//b/"), ("thing://H/", "T/")]:
        assert form(*name) == name


def test_columns_fold_as_their_tables_do() -> None:
    """In upper case on Snowflake, in lower case in Hive, unchanged in files."""
    columns = {
        DatasetId(namespace="snowflake://a", name="D.S.T"): "OUTER.INNER",
        DatasetId(namespace="hive://h:9083", name="d.t"): "outer.inner",
        DatasetId(namespace="s3://b", name="t"): "Outer.inner",
    }
    for dataset, column in columns.items():
        assert canonical_column(dataset, "Outer.inner", RULES) == column
        assert canonical_column(dataset, column, RULES) == column


def test_tables_are_told_from_places() -> None:
    """A catalog's or database's name is a table's; a path, a key, a topic is not."""
    told = {("hive://h:9083", "d.t"): True, ("arn:aws:glue:r:1", "table/d/t"): True, ("s3://b", "t"): False,
            ("kafka://h:9092", "t"): False, ("warehouse", "t"): False}  # fmt: skip
    for (namespace, name), expected in told.items():
        assert is_table(DatasetId(namespace=namespace, name=name), RULES) is expected


_SCHEMES = st.sampled_from([scheme for platform in RULES.platforms for scheme in platform.schemes])
_WORDS = st.text(alphabet='aB1./:"`[]@%é -', max_size=12)


@given(st.builds("{}://{}".format, _SCHEMES, _WORDS) | _SCHEMES | _WORDS, _WORDS)
def test_a_form_is_its_own_form(namespace: str, name: str) -> None:
    """However odd the name: the one form of the one form is itself."""
    once = canonical(DatasetId(namespace=namespace, name=name), RULES)
    assert canonical(once, RULES) == once
