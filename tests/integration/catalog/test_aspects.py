"""Claims about DataHub's aspects of what the record knows, with DataHub's own classes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from catalog.aspects import urns
from catalog.catalog import Catalog
from lineage.actors import Actor
from lineage.names import DEPLOYMENTS, MODELS, JobId
from tests.support.facet_samples import SAMPLES
from tests.support.facets import carrying
from tests.support.graphs import columns, dataset, facet, mention, moment, run_id
from tests.support.places import SQLITE, Place

ACTOR = Actor(name="tester")
T = urns.dataset_urn(dataset("lake.t"))
U = urns.dataset_urn(dataset("lake.u"))


@pytest.fixture
def record(place: Place) -> Iterator[Catalog]:
    with place.open() as opened:
        yield opened


def accept(record: Catalog, run: str, minute: int, state: str = "COMPLETE", **flows: Any) -> None:
    body = {
        "eventType": state,
        "eventTime": moment(minute).isoformat(),
        "producer": "urn:test",
        "schemaURL": "urn:test#/$defs/RunEvent",
        "run": {"runId": str(run_id(run))},
        "job": {
            "namespace": "jobs",
            "name": f"flow.{run}",
            "facets": {"jobType": facet(processingType="BATCH", integration="DBT", jobType="MODEL")},
        },
        **flows,
    }
    record.intake.accept(orjson.dumps(body), actor=ACTOR)


def transform(record: Catalog, *, minute: int = 0, type_: str = "int") -> None:
    written = mention(
        f"lake.u@{minute + 1}",
        schema=facet(fields=[{"name": "x", "type": type_}]),
        columnLineage=columns(x=["lake.t.p DIRECT/IDENTITY"]),
    )
    read = mention("lake.t@1")
    read["inputFacets"] = {
        "dataQualityAssertions": facet(assertions=[{"assertion": "not_null", "column": "p", "success": True}])
    }
    accept(record, "r", minute, inputs=[read], outputs=[written])


def get(record: Catalog, urn: str, name: str, version: int = 0) -> dict[str, Any]:
    found = record.aspects.get(urn, name, version)
    assert found is not None, (urn, name)
    return found


def test_a_run_becomes_datasets_flow_job_and_instance(record: Catalog) -> None:
    """One event gives lineage of tables and columns, schema, job, run and assertion."""
    transform(record)
    assert record.aspects.lag() == 1
    assert record.aspects.project() == 1 and record.aspects.lag() == 0
    lineage = get(record, U, "upstreamLineage")
    assert [each["dataset"] for each in lineage["upstreams"]] == [T]
    [fine] = lineage["fineGrainedLineages"]
    assert fine["upstreams"] == [f"urn:li:schemaField:({T},p)"]
    assert fine["downstreams"] == [f"urn:li:schemaField:({U},x)"]
    assert [each["fieldPath"] for each in get(record, U, "schemaMetadata")["fields"]] == ["x"]
    job = urns.job_urn("dbt", JobId(namespace="jobs", name="flow.r"))
    assert get(record, job, "dataJobInputOutput")["inputDatasets"] == [T]
    assert get(record, urns.run_urn(run_id("r")), "dataProcessInstanceRelationships")["parentTemplate"] == job
    [event] = record.aspects.series(urns.run_urn(run_id("r")), "dataProcessInstanceRunEvent")
    assert event["result"]["type"] == "SUCCESS"
    [assertion] = [urn for urn in record.aspects.urns() if urn.startswith("urn:li:assertion:")]
    [result] = record.aspects.series(assertion, "assertionRunEvent")
    assert result["asserteeUrn"] == T and result["result"]["type"] == "SUCCESS"


def test_version_0_is_the_newest_and_no_change_makes_no_version(record: Catalog) -> None:
    """The schema of before becomes version 1; an equal one adds nothing."""
    for minute, type_ in enumerate(["int", "int", "string"]):
        transform(record, minute=minute, type_=type_)
    record.aspects.project()
    assert get(record, U, "schemaMetadata")["fields"][0]["nativeDataType"] == "string"
    assert get(record, U, "schemaMetadata", 1)["fields"][0]["nativeDataType"] == "int"
    assert record.aspects.get(U, "schemaMetadata", 2) is None


def test_a_model_knows_its_training_run_and_its_deployments(record: Catalog) -> None:
    """Training run → model version → deployment, each an entity that names the next."""
    model = {"namespace": MODELS, "name": "m", "facets": mention("m@1")["facets"]}
    deployment = {"namespace": DEPLOYMENTS, "name": "m", "facets": mention("m@7")["facets"]}
    accept(record, "train", 0, inputs=[mention("lake.t@1")], outputs=[model])
    accept(record, "deploy", 1, inputs=[model], outputs=[deployment])
    record.aspects.project()
    found = get(record, urns.model_urn("m", "1"), "mlModelProperties")
    assert found["groups"] == [urns.model_group_urn("m")]
    assert found["trainingJobs"] == [urns.run_urn(run_id("train"))]
    assert found["deployments"] == [urns.deployment_urn("m", "7")]
    deployed = get(record, urns.deployment_urn("m", "7"), "mlModelDeploymentProperties")
    assert deployed["customProperties"] == {"models": "m@1"}


def test_aspects_are_a_function_of_the_log(record: Catalog) -> None:
    """In steps behind the log, or all at once after it was rebuilt: the same aspects, history included."""

    def everything() -> list[tuple[str, Any]]:
        names = ["schemaMetadata", "upstreamLineage", "dataJobInputOutput", "datasetProperties"]
        return [
            (urn, [record.aspects.get(urn, name, version) for name in names for version in range(3)])
            for urn in record.aspects.urns()
        ]

    for minute, type_ in enumerate(["int", "string"]):
        transform(record, minute=minute, type_=type_)
        record.aspects.project(upto=minute + 1)
    before = everything()
    record.rebuild()
    assert everything() == before and record.aspects.lag() == 0


def test_what_facets_say_of_datasets_and_jobs_becomes_aspects(record: Catalog) -> None:
    """Description, type, owners, tags (of columns too), profile; an event that says nothing takes nothing back."""
    written = mention(
        "lake.u@1",
        documentation=facet(description="scored loans"),
        datasetType=facet(datasetType="TABLE"),
        ownership=facet(owners=[{"name": "team:risk", "type": "MAINTAINER"}]),
        tags=facet(tags=[{"key": "tier", "value": "1"}, {"key": "pii", "value": "true", "field": "name"}]),
        dataQualityMetrics=facet(
            rowCount=3, bytes=90, columnMetrics={"x": {"nullCount": 0, "min": 1, "max": 2.5}}
        ),
    )
    accept(record, "s", 0, outputs=[written])
    accept(record, "s", 1, outputs=[mention("lake.u@2")])
    record.aspects.project()
    assert get(record, U, "datasetProperties")["description"] == "scored loans"
    assert get(record, U, "subTypes")["typeNames"] == ["TABLE"]
    assert [each["owner"] for each in get(record, U, "ownership")["owners"]] == ["urn:li:corpuser:team:risk"]
    assert get(record, U, "globalTags")["tags"] == [{"tag": "urn:li:tag:tier:1"}]
    assert get(record, f"urn:li:schemaField:({U},name)", "globalTags")["tags"] == [{"tag": "urn:li:tag:pii"}]
    assert get(record, "urn:li:tag:pii", "tagProperties")["name"] == "pii"
    [profile] = record.aspects.series(U, "datasetProfile")
    assert (profile["rowCount"], profile["sizeInBytes"]) == (3, 90)
    assert [(each["fieldPath"], each["max"]) for each in profile["fieldProfiles"]] == [("x", "2.5")]


def test_a_description_taken_back_is_empty(record: Catalog) -> None:
    """`_deleted` is a word on it; silence is none."""
    accept(record, "s", 0, outputs=[mention("lake.u@1", documentation=facet(description="scored"))])
    accept(record, "s", 1, outputs=[mention("lake.u@2", documentation=facet(_deleted=True))])
    record.aspects.project()
    assert get(record, U, "datasetProperties")["description"] == ""


def test_features_are_columns_of_what_the_model_learnt_from(record: Catalog) -> None:
    """A model's features point to the tables that the run which made it read, at the version it read."""
    model = {
        "namespace": MODELS,
        "name": "mortgage",
        "facets": {
            "version": facet(datasetVersion="1"),
            "lakeproof_model": facet(
                digest="d", file_sha256="f", mlflow_run="m", features=["income", "term"]
            ),
        },
    }
    fields = [
        {"name": "income", "type": "double"},
        {"name": "term", "type": "int"},
        {"name": "key", "type": "int"},
    ]
    accept(record, "features", 0, outputs=[mention("lake.t@7", schema=facet(fields=fields))])
    accept(record, "train", 1, inputs=[mention("lake.t@7")], outputs=[model])
    record.aspects.project()
    features = get(record, urns.model_urn("mortgage", "1"), "mlModelProperties")["mlFeatures"]
    assert features == ["urn:li:mlFeature:(lake.t,income)", "urn:li:mlFeature:(lake.t,term)"]
    told = get(record, features[0], "mlFeatureProperties")
    assert (told["sources"], told["dataType"]) == ([T], "CONTINUOUS")


@pytest.mark.parametrize("place", [SQLITE], indirect=True)  # long, and tells nothing of a database
def test_each_published_facet_makes_aspects_that_datahub_allows(record: Catalog) -> None:
    """Whatever facet an event carries, in whatever shape, the aspects follow."""
    for (place, key), samples in SAMPLES.items():
        for sample in samples:
            record.intake.accept(orjson.dumps(carrying(place, {key: sample})), actor=ACTOR)
    size = record.log.size
    assert record.aspects.project() == size and size > 60


def called(namespace: str, name: str, **facets: Any) -> dict[str, Any]:
    return {"namespace": namespace, "name": name, "facets": facets}


def hive(name: str) -> str:
    return f"urn:li:dataset:(urn:li:dataPlatform:hive,{name},PROD)"


def also(name: str) -> dict[str, Any]:
    link = {"namespace": "hive://meta:9083", "name": name, "type": "TABLE"}
    return facet(identifiers=[link])


def test_a_table_symlink_gives_the_urns_that_datahubs_converter_gives(record: Catalog) -> None:
    """As Spark on Hive says it: folders with symlinks become tables, of Hive; columns between them too."""
    source = {
        "namespace": "hdfs://node",
        "name": "/user/hive/warehouse/t1",
        "field": "a",
        "transformations": [],
    }
    read = called("hdfs://node", "/user/hive/warehouse/t1", symlinks=also("default.t1"))
    written = called(
        "hdfs://node",
        "/user/hive/warehouse/t2",
        symlinks=also("default.t2"),
        columnLineage=facet(fields={"a": {"inputFields": [source]}}),
    )
    accept(record, "r", 0, inputs=[read], outputs=[written])
    record.aspects.project()
    lineage = get(record, hive("default.t2"), "upstreamLineage")
    assert [each["dataset"] for each in lineage["upstreams"]] == [hive("default.t1")]
    assert lineage["fineGrainedLineages"][0]["upstreams"] == [f"urn:li:schemaField:({hive('default.t1')},a)"]
    job = get(record, "urn:li:dataJob:(urn:li:dataFlow:(dbt,flow,jobs),flow.r)", "dataJobInputOutput")
    assert (job["inputDatasets"], job["outputDatasets"]) == ([hive("default.t1")], [hive("default.t2")])
    assert not [urn for urn in record.aspects.urns() if "dataPlatform:hdfs" in urn]


def test_aspects_of_one_thing_go_to_one_urn_from_then_on(record: Catalog) -> None:
    """A late symlink: what was filed under the folder stays there; all that comes after is filed with the table."""
    folder = "urn:li:dataset:(urn:li:dataPlatform:s3,b/t1,PROD)"
    schema = facet(fields=[{"name": "x", "type": "int"}])
    later = facet(fields=[{"name": "x", "type": "string"}])
    accept(record, "load", 0, inputs=[mention("lake.t@1")], outputs=[called("s3://b", "t1", schema=schema)])
    record.aspects.project()
    assert get(record, folder, "schemaMetadata")["fields"][0]["nativeDataType"] == "int"
    accept(record, "say", 1, inputs=[called("s3a://b", "t1/", symlinks=also("d.t1"))])
    accept(record, "load", 2, inputs=[mention("lake.t@1")], outputs=[called("s3://b", "t1", schema=later)])
    record.aspects.project()
    table = hive("d.t1")
    assert get(record, table, "schemaMetadata")["fields"][0]["nativeDataType"] == "string"
    assert get(record, table, "schemaMetadata", 1)["fields"][0]["nativeDataType"] == "int"
    assert [each["dataset"] for each in get(record, table, "upstreamLineage")["upstreams"]] == [T]
    load = get(record, "urn:li:dataJob:(urn:li:dataFlow:(dbt,flow,jobs),flow.load)", "dataJobInputOutput")
    assert load["outputDatasets"] == [table]
    assert get(record, folder, "schemaMetadata")["fields"][0]["nativeDataType"] == "int"
    assert record.aspects.get(folder, "schemaMetadata", 1) is None


def test_the_environment_is_the_homes(tmp_path: Path) -> None:
    """What a namespace holds is filed in the environment that the home's rules give it."""
    (tmp_path / "identity.toml").write_text(
        '[[environments]]\nnamespace = "postgres://dev-*"\nenvironment = "DEV"\n'
    )
    with Catalog.open(tmp_path) as opened:
        read, written = called("postgres://dev-1", "d.s.t"), called("s3://b", "t")
        accept(opened, "r", 0, inputs=[read], outputs=[written])
        opened.aspects.project()
        assert "urn:li:dataset:(urn:li:dataPlatform:postgres,d.s.t,DEV)" in opened.aspects.urns()
        assert "urn:li:dataset:(urn:li:dataPlatform:s3,b/t,PROD)" in opened.aspects.urns()
