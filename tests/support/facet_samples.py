"""A sample of each facet that the specification publishes, in each shape its versions have had."""

from lineage.openlineage.coverage import Place
from tests.support.facets import OTHER_RUN, PARENT_RUN, ROOT_RUN, TASK, Json, end, facet, job_end, step

_DOCUMENTED = [facet(description="what it is"), facet(description="# what", contentType="text/markdown")]
_OWNED = [
    facet(),
    facet(owners=[]),
    facet(owners=[{"name": "team:data", "type": "MAINTAINER"}, {"name": "ann"}]),
]
_TAGGED = [
    facet(),
    facet(tags=[{"key": "pii", "value": "true"}, {"key": "tier", "value": "1", "source": "USER"}]),
]
_COUNTED = [
    facet(),
    facet(rowCount=3),
    facet(rowCount=3, size=4096),
    facet(rowCount=3, size=4096, fileCount=2),
]
_CHECKED = [
    facet(assertions=[{"assertion": "not_null", "success": True, "column": "id"}]),
    facet(
        assertions=[
            {
                "assertion": "custom_sql",
                "success": False,
                "severity": "warn",
                "name": "no_orphans",
                "description": "each child has a parent",
                "expected": "0",
                "actual": "2",
                "content": "select count(*) from c",
                "contentType": "sql",
                "params": {"limit": 1},
            }
        ]
    ),
]
_MEASURED = [
    facet(columnMetrics={}),
    facet(
        rowCount=10,
        bytes=900,
        fileCount=1,
        lastUpdated="2026-03-04T10:00:00.123Z",
        columnMetrics={
            "id": {"nullCount": 0, "distinctCount": 10},
            "amount": {"count": 10.0, "sum": 55.5, "min": 1, "max": 10, "quantiles": {"0.5": 5.5}},
        },
    ),
]
_COMPARED = {
    "type": "compare",
    "left": {"type": "field", "field": "country"},
    "right": {"type": "literal", "value": "PL"},
    "comparison": "EQUAL",
}
_CONDITIONS: list[Json] = [
    _COMPARED,
    {"type": "binary", "left": _COMPARED, "right": _COMPARED, "operator": "OR"},
    {"type": "location", "locations": ["s3://bucket/a"]},
    {"type": "partition", "partitions": [{"dimensions": {"day": "2026-03-04"}, "identifier": "d4"}]},
]
_FACETS_OF_PARENT = {"processing_engine": facet(version="3.1.0", name="Airflow")}
_SOURCE = {"namespace": "warehouse", "name": "orders", "field": "id"}

SAMPLES: dict[tuple[Place, str], list[Json]] = {
    (Place.RUN, "errorMessage"): [
        facet(message="no space", programmingLanguage="JAVA"),
        facet(message="no space", programmingLanguage="python", stackTrace="a.py:3"),
    ],
    (Place.RUN, "environmentVariables"): [facet(environmentVariables=[{"name": "TZ", "value": "UTC"}])],
    (Place.RUN, "executionParameters"): [
        facet(),
        facet(
            parameters=[{"key": "task.timeout", "name": "timeout", "description": "seconds", "value": "60"}]
        ),
    ],
    (Place.RUN, "externalQuery"): [facet(externalQueryId="job_1234", source="bigquery")],
    (Place.RUN, "extractionError"): [
        facet(totalTasks=1, failedTasks=1, errors=[{"errorMessage": "cannot read it"}]),
        facet(
            totalTasks=3,
            failedTasks=1,
            errors=[{"errorMessage": "no", "stackTrace": "x", "task": "DROP POLICY p", "taskNumber": 2}],
        ),
    ],
    (Place.RUN, "jobDependencies"): [
        facet(),
        facet(
            upstream=[{"job": TASK, "run": {"runId": PARENT_RUN}, "dependency_type": "DIRECT_INVOCATION"}],
            downstream=[{"job": TASK, "sequence_trigger_rule": "FINISH_TO_START", "beyond": 1}],
            trigger_rule="ALL_SUCCESS",
        ),
    ],
    (Place.RUN, "nominalTime"): [
        facet(nominalStartTime="2026-03-04T00:00:00Z"),
        facet(nominalStartTime="2026-03-04T00:00:00+01:00", nominalEndTime="2026-03-05T00:00:00.001+01:00"),
    ],
    (Place.RUN, "parent"): [
        facet(run={"runId": PARENT_RUN}, job=TASK),
        facet(
            run={"runId": PARENT_RUN, "facets": _FACETS_OF_PARENT},
            job={**TASK, "facets": {"documentation": facet(description="the task")}},
            root={
                "run": {"runId": ROOT_RUN, "facets": {}},
                "job": {"namespace": "airflow", "name": "dag", "facets": {}},
            },
        ),
    ],
    (Place.RUN, "processing_engine"): [
        facet(version="4.0.1"),
        facet(version="4.0.1", name="spark", openlineageAdapterVersion="1.53.0"),
    ],
    (Place.RUN, "tags"): _TAGGED,
    (Place.RUN, "test"): [
        facet(tests=[]),
        facet(
            tests=[
                {"name": "no_orphans", "status": "pass"},
                {"name": "b", "status": "fail", "severity": "warn"},
            ]
        ),
    ],
    (Place.JOB, "documentation"): _DOCUMENTED,
    (Place.JOB, "jobType"): [
        facet(processingType="BATCH", integration="SPARK"),
        facet(processingType="BATCH", integration="DBT", jobType="MODEL"),
        facet(
            processingType="STREAMING",
            integration="FLINK",
            jobType="JOB",
            emissionPattern={
                "eventTrigger": "PERIODIC",
                "eventContentMode": "COMPLETE_SNAPSHOT",
                "windowDuration": 300,
            },
        ),
    ],
    (Place.JOB, "lineage"): [
        facet(entries=[]),
        facet(entries=[{**end("orders"), "inputs": [end("raw"), job_end("extract", OTHER_RUN)]}]),
        facet(entries=[{**end("orders"), "inputs": [], "fields": {"n": {"inputs": [job_end()]}}}]),
        facet(entries=[{**job_end(), "inputs": [end("orders", "id", step("INDIRECT", "FILTER"))]}]),
        facet(entries=[{**job_end("load", OTHER_RUN), "inputs": [job_end("transform")]}]),
    ],
    (Place.JOB, "ownership"): _OWNED,
    (Place.JOB, "sourceCode"): [facet(language="python", sourceCode="print(1)")],
    (Place.JOB, "sourceCodeLocation"): [
        facet(type="git", url="https://example.com/repo/blob/main/dag.py"),
        facet(
            type="git",
            url="https://example.com/repo/blob/main/dag.py",
            repoUrl="git@example.com:team/repo.git",
            path="dag.py",
            version="4f2a",
            tag="v1",
            branch="main",
            pullRequestNumber="42",
        ),
    ],
    (Place.JOB, "sql"): [facet(query="select 1"), facet(query="this is no SQL at all (", dialect="hive")],
    (Place.JOB, "tags"): _TAGGED,
    (Place.DATASET, "catalog"): [
        facet(framework="iceberg", type="glue", name="lake"),
        facet(
            framework="hive",
            type="hive",
            name="prod",
            metadataUri="thrift://host:9083",
            warehouseUri="s3://bucket/warehouse",
            source="spark",
            catalogProperties={"cache": "no"},
        ),
    ],
    (Place.DATASET, "columnLineage"): [
        facet(fields={}),
        facet(fields={"id": {"inputFields": [_SOURCE]}}),
        facet(
            fields={
                "id": {
                    "inputFields": [_SOURCE],
                    "transformationType": "IDENTITY",
                    "transformationDescription": "as it is",
                }
            }
        ),
        facet(
            fields={
                "id": {
                    "inputFields": [
                        {
                            **_SOURCE,
                            "transformations": [step("DIRECT", "IDENTITY", description="", masking=False)],
                        }
                    ]
                }
            },
            dataset=[{**_SOURCE, "transformations": [step("INDIRECT", "FILTER")]}],
        ),
    ],
    (Place.DATASET, "dataQualityAssertions"): _CHECKED,
    (Place.DATASET, "dataQualityMetrics"): [
        *_MEASURED,
        facet(columnMetrics={}, captureDate="2026-03-04T10:00:00Z"),
    ],
    (Place.DATASET, "dataSource"): [
        facet(),
        facet(name="file", uri="file"),
        facet(name="pg", uri="jdbc:postgresql://host:5432/db"),
    ],
    (Place.DATASET, "datasetType"): [
        facet(datasetType="TABLE"),
        facet(datasetType="VIEW", subType="MATERIALIZED"),
    ],
    (Place.DATASET, "documentation"): _DOCUMENTED,
    (Place.DATASET, "hierarchy"): [
        facet(hierarchy=[{"type": "DATABASE", "name": "db"}, {"type": "TABLE", "name": "t"}])
    ],
    (Place.DATASET, "lifecycleStateChange"): [
        facet(lifecycleStateChange="TRUNCATE"),
        facet(lifecycleStateChange="RENAME", previousIdentifier={"namespace": "file", "name": "/tmp/before"}),
    ],
    (Place.DATASET, "lineage"): [
        facet(),
        facet(inputs=[]),
        facet(
            inputs=[end("customers"), end("customers", "country", step("INDIRECT", "FILTER"))],
            fields={
                "id": {
                    "inputs": [end("customers", "id", step("DIRECT", "IDENTITY", masking=False)), job_end()]
                }
            },
        ),
    ],
    (Place.DATASET, "ownership"): _OWNED,
    (Place.DATASET, "schema"): [
        facet(),
        facet(fields=[]),
        facet(fields=[{"name": "id"}, {"name": "amount", "type": "decimal(18,2)", "description": "in euro"}]),
        facet(
            fields=[
                {
                    "name": "address",
                    "type": "struct",
                    "ordinal_position": 1,
                    "fields": [{"name": "street", "type": "string", "ordinal_position": 1}],
                }
            ]
        ),
    ],
    (Place.DATASET, "storage"): [
        facet(storageLayer="delta"),
        facet(storageLayer="iceberg", fileFormat="parquet"),
    ],
    (Place.DATASET, "symlinks"): [
        facet(),
        facet(identifiers=[{"namespace": "hive://host", "name": "db.orders", "type": "TABLE"}]),
    ],
    (Place.DATASET, "tags"): [*_TAGGED, facet(tags=[{"key": "pii", "value": "true", "field": "name"}])],
    (Place.DATASET, "version"): [facet(datasetVersion="7"), facet(datasetVersion="a-b,c(d)")],
    (Place.INPUT, "dataQualityAssertions"): _CHECKED,
    (Place.INPUT, "dataQualityMetrics"): _MEASURED,
    (Place.INPUT, "inputStatistics"): _COUNTED,
    (Place.INPUT, "subset"): [facet(), *(facet(inputCondition=each) for each in _CONDITIONS)],
    (Place.OUTPUT, "outputStatistics"): _COUNTED,
    (Place.OUTPUT, "subset"): [facet(), *(facet(outputCondition=each) for each in _CONDITIONS)],
}
