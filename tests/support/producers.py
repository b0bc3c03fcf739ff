"""Events in the shapes that producers send: Spark, Airflow, dbt, Flink, Hive and Trino. Made up after their manner."""

from collections.abc import Iterator
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from tests.support.facets import facet
from tests.support.graphs import moment

Json: TypeAlias = dict[str, Any]

_SPACE = UUID("22222222-2222-5222-8222-222222222222")
_SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def run_of(name: str) -> str:
    """The id of a run that a test calls by name."""
    return str(uuid5(_SPACE, name))


def dataset(namespace: str, name: str, io: Json | None = None, **facets: Json) -> Json:
    found: Json = {"namespace": namespace, "name": name, "facets": facets}
    return found if io is None else {**found, **io}


def event(producer: str, state: str, minute: int, run: str, job: Json, **parts: Any) -> Json:
    return {
        "eventTime": moment(minute).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "producer": f"https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/{producer}",
        "schemaURL": _SPEC,
        "eventType": state,
        "run": {"runId": run_of(run), "facets": parts.get("facets", {})},
        "job": job,
        "inputs": parts.get("inputs", []),
        "outputs": parts.get("outputs", []),
    }


def job(namespace: str, name: str, processing: str, integration: str, kind: str, **facets: Json) -> Json:
    stated = facet(processingType=processing, integration=integration, jobType=kind)
    return {"namespace": namespace, "name": name, "facets": {"jobType": stated, **facets}}


def parent(run: str, namespace: str, name: str, **more: Json) -> Json:
    return facet(run={"runId": run_of(run)}, job={"namespace": namespace, "name": name}, **more)


def schema(**columns: str) -> Json:
    return facet(fields=[{"name": name, "type": type_} for name, type_ in columns.items()])


def source(namespace: str, name: str, field: str, kind: str = "DIRECT", subtype: str = "IDENTITY") -> Json:
    step = {"type": kind, "subtype": subtype, "description": "", "masking": False}
    return {"namespace": namespace, "name": name, "field": field, "transformations": [step]}


def spark() -> Iterator[Json]:
    """An insert into a Hive table: the application's own events, then START, RUNNING and COMPLETE of the query."""
    place, read = "s3://bucket", "/warehouse/t1"
    table = facet(identifiers=[{"namespace": "hive://metastore:9083", "name": "default.t1", "type": "TABLE"}])
    whole = job("spark", "loader", "NONE", "SPARK", "APPLICATION")
    engine = {"processing_engine": facet(version="3.5.1", name="spark", openlineageAdapterVersion="1.53.0")}
    app = {"environment-properties": facet(**{"environment-properties": {}}), **engine}
    yield event("spark", "START", 0, "app", whole, facets=app)
    query = job(
        "spark", "loader.execute_insert_into.t2", "BATCH", "SPARK", "SQL_JOB", sql=facet(query="insert …")
    )
    about = {
        "parent": parent("app", "spark", "loader"),
        "spark_properties": facet(properties={"spark.master": "yarn", "spark.app.name": None}),
        **engine,
    }
    inputs = [
        dataset(
            place, read, schema=schema(a="string"), symlinks=table, dataSource=facet(name=place, uri=place)
        )
    ]
    lineage = facet(
        fields={"a": {"inputFields": [source(place, read, "a")]}},
        dataset=[source(place, read, "b", "INDIRECT", "FILTER")],
    )
    counted = {"outputFacets": {"outputStatistics": facet(rowCount=2, size=870, fileCount=1)}}
    for minute, state, io in ((1, "START", {}), (2, "RUNNING", {}), (3, "COMPLETE", counted)):
        written = dataset(
            place,
            "/warehouse/t2",
            io,
            schema=schema(a="string"),
            columnLineage=lineage,
            dataSource=facet(name="file", uri="file"),
        )
        yield event("spark", state, minute, "query", query, facets=about, inputs=inputs, outputs=[written])
    yield event("spark", "COMPLETE", 4, "app", whole, facets=app)


def airflow() -> Iterator[Json]:
    """A DAG with a task that copies a table in BigQuery, known only when it ends."""
    dag = job("default", "daily", "BATCH", "AIRFLOW", "DAG", ownership=facet(owners=[{"name": "airflow"}]))
    task = job("default", "daily.copy", "BATCH", "AIRFLOW", "TASK")
    nominal = facet(nominalStartTime="2026-01-01T00:00:00+00:00", nominalEndTime="2026-01-01T00:00:00+00:00")
    yield event(
        "airflow", "START", 0, "dag", dag, facets={"nominalTime": nominal, "airflowDagRun": facet(dag={})}
    )
    root = {"run": {"runId": run_of("dag")}, "job": {"namespace": "default", "name": "daily"}}
    about = {"parent": parent("dag", "default", "daily", root=root), "airflow": facet(task={"retries": None})}
    yield event("airflow", "START", 1, "task", task, facets=about)
    bigquery, read = "bigquery", "project.raw.orders"
    lineage = facet(fields={"id": {"inputFields": [{"namespace": bigquery, "name": read, "field": "id"}]}})
    ended = {**about, "externalQuery": facet(externalQueryId="bquxjob_1", source="bigquery")}
    inputs = [dataset(bigquery, read, schema=schema(id="INTEGER"))]
    outputs = [dataset(bigquery, "project.mart.orders", schema=schema(id="INTEGER"), columnLineage=lineage)]
    yield event("airflow", "COMPLETE", 2, "task", task, facets=ended, inputs=inputs, outputs=outputs)
    yield event("airflow", "COMPLETE", 3, "dag", dag, facets={"airflowState": facet(dagRunState="success")})


def dbt() -> Iterator[Json]:
    """A model and its test, under the run of the command."""
    place, read, made = "postgres://db:5432", "shop.public.stg_orders", "shop.public.orders"
    yield event("dbt", "START", 0, "dbt", job("dbt", "dbt-run-shop", "BATCH", "DBT", "JOB"))
    about = {"parent": parent("dbt", "dbt", "dbt-run-shop"), "dbt_version": facet(version="1.11.0")}
    model = job(
        "dbt", "shop.public.orders", "BATCH", "DBT", "MODEL", sql=facet(query="select id from stg_orders")
    )
    inputs = [dataset(place, read, schema=schema(id="integer"))]
    outputs = [dataset(place, made, schema=schema(id="integer"), documentation=facet(description="orders"))]
    for minute, state in ((1, "START"), (2, "COMPLETE")):
        yield event("dbt", state, minute, "model", model, facets=about, inputs=inputs, outputs=outputs)
    checked = facet(assertions=[{"assertion": "unique", "success": False, "column": "id"}])
    tested = [dataset(place, made, {"inputFacets": {"dataQualityAssertions": checked}})]
    test = job("dbt", "shop.public.orders.test", "BATCH", "DBT", "TEST")
    yield event("dbt", "FAIL", 3, "test", test, facets=about, inputs=tested)
    yield event("dbt", "FAIL", 4, "dbt", job("dbt", "dbt-run-shop", "BATCH", "DBT", "JOB"))


def flink() -> Iterator[Json]:
    """A stream that runs for ever: START, then RUNNING at each checkpoint, never an end."""
    stream = job("flink", "enrich", "STREAMING", "FLINK", "JOB")
    kafka = "kafka://broker:9092"
    inputs = [dataset(kafka, "clicks", schema=schema(user="string")), dataset(kafka, "users")]
    outputs = [dataset("jdbc:mysql://db:3306", "shop.enriched", symlinks=facet(identifiers=[]))]
    for minute, state in ((0, "START"), (1, "RUNNING"), (2, "RUNNING")):
        told = {"checkpoints": facet(completed=minute, failed=0, in_progress=0, restored=0, total=minute)}
        yield event("flink", state, minute, "stream", stream, facets=told, inputs=inputs, outputs=outputs)


def hive() -> Iterator[Json]:
    """One COMPLETE after the query, without a START before it."""
    query = job(
        "hive", "createtable_as_select.default.t2", "BATCH", "HIVE", "QUERY", sql=facet(query="create …")
    )
    place = "hdfs://namenode:8020"
    called = {"namespace": "hive://metastore:9083", "name": "default.t2", "type": "TABLE"}
    lineage = facet(
        fields={"n": {"inputFields": [source(place, "/w/t1", "id", "INDIRECT", "JOIN")]}}, dataset=[]
    )
    outputs = [
        dataset(
            place,
            "/w/t2",
            schema=schema(n="bigint"),
            symlinks=facet(identifiers=[called]),
            columnLineage=lineage,
            lifecycleStateChange=facet(lifecycleStateChange="CREATE"),
        )
    ]
    yield event("hive", "COMPLETE", 0, "hive", query, inputs=[dataset(place, "/w/t1")], outputs=outputs)


def trino() -> Iterator[Json]:
    """A query known by its id; the plan comes as a custom facet, the datasets with COMPLETE."""
    place = "trino://coordinator:8080"
    query = job(place, "20260101_000000_00001_abcde", "BATCH", "TRINO", "QUERY")
    told = {"trino_metadata": facet(queryPlan=None), "trino_query_context": facet(user="ann", schema="s")}
    yield event("trino", "START", 0, "trino", query, facets=told)
    lineage = facet(
        fields={"total": {"inputFields": [{"namespace": place, "name": "lake.s.o", "field": "price"}]}}
    )
    outputs = [dataset(place, "lake.s.totals", schema=schema(total="decimal(18,2)"), columnLineage=lineage)]
    inputs = [dataset(place, "lake.s.o", schema=schema(price="decimal(18,2)"))]
    yield event("trino", "COMPLETE", 1, "trino", query, facets=told, inputs=inputs, outputs=outputs)
