"""Claims about DataHub's aspects of what the record knows, with DataHub's own classes."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from catalog.aspects import urns
from catalog.catalog import Catalog
from lineage.actors import Actor
from lineage.names import DEPLOYMENTS, MODELS, JobId
from tests.support.graphs import columns, dataset, facet, mention, moment, run_id
from tests.support.places import Place

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
