"""DataHub's urns are names like others: what the record files under a urn is asked for by it, however it is called."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from audit_app.sources import Sources
from catalog.aspects import meant
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.services.api import catalog_app
from lineage.names import DEPLOYMENTS, LAKE, MODELS
from tests.support.command_line import lakeproof
from tests.support.graphs import facet
from tests.support.record import ANNA
from tests.support.record import event as one_run

STEP = {"type": "DIRECT", "subtype": "IDENTITY"}
HIVE = "hive,default.t1"


def event(number: int, **changes: Any) -> bytes:
    """A run of a job of its own."""
    return one_run(number, job={"namespace": "test", "name": f"flow.{number}"}, **changes)


def at(namespace: str, name: str, number: str | None = None, **facets: Any) -> dict[str, Any]:
    version = {} if number is None else {"version": facet(datasetVersion=number)}
    return {"namespace": namespace, "name": name, "facets": {**version, **facets}}


def table(namespace: str, name: str) -> dict[str, Any]:
    return facet(identifiers=[{"namespace": namespace, "name": name, "type": "TABLE"}])


def columns(namespace: str, name: str) -> dict[str, Any]:
    source = {"namespace": namespace, "name": name, "field": "key", "transformations": [STEP]}
    return facet(fields={"id": {"inputFields": [source]}})


def urn(named: str, kind: str = "dataset") -> str:
    platform, _, name = named.partition(",")
    return f"urn:li:{kind}:(urn:li:dataPlatform:{platform},{name},PROD)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("urns")
    assert lakeproof(home, "init").code == 0
    rest = "https://catalog.example/api/catalog"
    with Catalog.open(home) as catalog:
        made = [
            event(1, inputs=[at("s3a://b", "/raw/p(1),x")], outputs=[at("postgres://h", "shop.public.t")]),
            event(
                2,
                inputs=[at("postgres://h:5432", "shop.public.t", "3")],
                outputs=[
                    at(
                        "hdfs://node",
                        "/warehouse/t1",
                        symlinks=table("hive://h:9083", "default.t1"),
                        columnLineage=columns("postgres://h:5432", "shop.public.t"),
                    )
                ],
            ),
            event(
                3,
                inputs=[at("hdfs://node", "/warehouse/t1")],
                outputs=[
                    at(
                        "s3://warehouse",
                        "db/events",
                        symlinks=table(rest, "db.events"),
                        catalog=facet(framework="Iceberg", type="rest", name="c"),
                    ),
                    at(LAKE, "gold.t", "1"),
                ],
            ),
            event(4, inputs=[at(LAKE, "gold.t", "1")], outputs=[at(MODELS, "m_x", "2")]),
            event(5, inputs=[at(MODELS, "m_x", "2")], outputs=[at(DEPLOYMENTS, "m_x", "1")]),
        ]
        catalog.intake.accept_all(made, actor=ANNA)
    return home


@pytest.fixture(scope="module")
def http(home: Path) -> Iterator[TestClient]:
    with Catalog.open(home) as catalog:
        sources = Sources(catalog=catalog, lake=Lake(home / "lake"))
        with TestClient(catalog_app(sources.catalog, sources.lake, without_token=False)) as client:
            yield client


@pytest.mark.parametrize(
    ("subject", "level", "start"),
    [
        (urn("s3,b/raw/p%281%29%2Cx"), "table", "s3://b/raw/p(1),x"),
        (urn("postgres,shop.public.t"), "table", "postgres://h:5432/shop.public.t"),
        (f"{urn('postgres,shop.public.t')}@3", "version", "postgres://h:5432/shop.public.t@3"),
        (urn(HIVE), "table", "hive://h:9083/default.t1"),
        (f"{urn(HIVE)}#id", "column", "hive://h:9083/default.t1#id"),
        (f"urn:li:schemaField:({urn(HIVE)},id)", "column", "hive://h:9083/default.t1#id"),
        (urn("iceberg,db.events"), "table", "https://catalog.example/api/catalog/db.events"),
        (urn("delta-lake,gold.t"), "table", f"{LAKE}/gold.t"),
        (urn("mlflow,m_x_2", "mlModel"), "version", f"{MODELS}/m_x@2"),
        (urn("lakeproof,m_x_1", "mlModelDeployment"), "version", f"{DEPLOYMENTS}/m_x@1"),
        (urn("mlflow,m_x", "mlModelGroup"), "table", f"{MODELS}/m_x"),
        ("urn:li:dataJob:(urn:li:dataFlow:(unknown,flow,test),flow.1)", "table", "test/flow.1"),
        ("urn:li:mlFeature:(default.t1,id)", "column", "hive://h:9083/default.t1#id"),
    ],
)
def test_a_urn_is_a_name(http: TestClient, subject: str, level: str, start: str) -> None:
    """Of what was filed under it, whatever host, scheme or folder the urn leaves out; of versions and columns too."""
    told = http.get("/api/v2/lineage", params={"subject": subject, "level": level})
    assert told.status_code == 200, told.text
    assert told.json()["answer"]["start"] == start


def test_what_is_filed_is_found_under_its_urn(home: Path, http: TestClient) -> None:
    """Every dataset, job and run that has aspects is a subject by its urn, and all of them are tried here."""
    with Catalog.open(home) as catalog:
        catalog.aspects.project()
        filed = [each for each in catalog.aspects.urns() if each.split(":")[2] in {"dataset", "dataJob"}]
        runs = [each for each in catalog.aspects.urns() if each.startswith("urn:li:dataProcessInstance:")]
    assert len(filed) > 8 and len(runs) == 5
    for subject in (*filed, *runs):
        told = http.get("/api/v2/lineage", params={"subject": subject})
        assert told.status_code == 200, told.text


@pytest.mark.parametrize(
    "subject",
    [
        urn("mysql,shop.public.t"),
        urn(HIVE).replace("PROD", "DEV"),
        urn("hive,db.events"),
        "urn:li:dataset:(",
        urn("sagemaker,m_x_2", "mlModel"),
        urn("mlflow,m_x_2", "mlModel").replace("PROD", "DEV"),
        urn("mlflow,m_x_1", "mlModelDeployment"),
        urn("lakeproof,m_x", "mlModelGroup"),
        urn("mlflow,m_x", "mlModelGroup").replace("PROD", "DEV"),
        "urn:li:dataJob:(urn:li:dataFlow:(airflow,flow,test),flow.1)",
        "urn:li:dataJob:(urn:li:dataFlow:(unknown,other,test),flow.1)",
    ],
)
def test_another_platform_or_environment_is_another_thing(http: TestClient, subject: str) -> None:
    """A urn is not merely the name in it."""
    assert http.get("/api/v2/lineage", params={"subject": subject}).status_code == 404


def test_what_is_not_looked_at_is_said(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more events of a job, or datasets of a name, than a question looks at, it is no NotFound."""
    job = "urn:li:dataJob:(urn:li:dataFlow:(airflow,flow,test),flow.1)"
    for limit, most, subject in (("_EVENTS", 1, job), ("_DATASETS", 0, urn(HIVE))):
        with monkeypatch.context() as patch:
            patch.setattr(meant, limit, most)
            told = http.get("/api/v2/lineage", params={"subject": subject})
        assert told.status_code == 422 and "NAMESPACE/NAME" in told.text


def test_the_command_takes_urns_and_a_page_is_no_failure(home: Path) -> None:
    """The whole is verified and complete; a page says that there is more, with the same verdict and exit code."""
    whole = lakeproof(home, "lineage", urn(HIVE), "--json")
    page = lakeproof(home, "lineage", urn(HIVE), "--set", "limit=2", "--json")
    assert whole.code == page.code == 0, page.out
    told = json.loads(page.out)
    assert whole.json["coverage"]["complete"] and not told["coverage"]["complete"]
    assert len(told["answer"]["nodes"]) == 2 and told["answer"]["next"] and told["answer"]["cut"]
    rest = lakeproof(home, "lineage", urn(HIVE), "--set", f"next={told['answer']['next']}", "--json")
    assert rest.code == 0 and rest.json["answer"]["next"] is None and not rest.json["coverage"]["complete"]
    assert lakeproof(home, "impact", f"{urn('postgres,shop.public.t')}@3").code == 0
