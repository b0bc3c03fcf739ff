"""The real service over HTTP: what it answers, what it files, how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.lakes import lake_of_loans
from tests.support.scoring import BAD, GOOD, request_for, tensor
from tests.support.scoring_service import Running, events, filed, scoring


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose lake has bronze.loans@0."""
    made = tmp_path_factory.mktemp("home")
    lake_of_loans(made / "lake")
    return made


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[Running]:
    with scoring(home, most_bytes=20_000) as running:
        yield running


@pytest.fixture
def client(service: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url) as made:
        yield made


def test_it_speaks_the_protocol(client: httpx.Client) -> None:
    """Server, health, model and its readiness, as the specification spells them."""
    assert client.get("/v2").json()["name"] == "lakeproof-scoring"
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"live": True, "ready": True}
    for path in ("/v2/models/mortgage", "/v2/models/mortgage/versions/1"):
        model = client.get(path).json()
        assert (model["name"], model["versions"]) == ("mortgage", ["1"])
        assert [one["name"] for one in model["inputs"]] == ["obrat", "hrat", "pubrec"]
        assert client.get(f"{path}/ready").json() == {"name": "mortgage", "ready": True}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/models/nope", 404),
        ("/v2/models/nope/ready", 404),
        ("/v2/models/mortgage/versions/2", 409),
        ("/v2/models/mortgage/versions/3", 409),
        ("/v2/models/mortgage/versions/x", 404),
        ("/v2/nowhere", 404),
    ],
)
def test_errors_are_the_protocols(client: httpx.Client, path: str, status: int) -> None:
    """A status, and an object with one readable `error`."""
    answer = client.get(path)
    assert answer.status_code == status and isinstance(answer.json()["error"], str)


def test_answers_carry_what_an_auditor_needs(client: httpx.Client) -> None:
    """Prediction ids, decisions, reasons, model version and deployment."""
    request = {**request_for(GOOD, BAD, source="bronze.loans@0"), "id": "42"}
    answer = client.post("/v2/models/mortgage/infer", json=request).json()
    outputs = {one["name"]: one["data"] for one in answer["outputs"]}
    assert (answer["id"], answer["model_version"], answer["parameters"]["deployment"]) == ("42", "1", 1)
    assert outputs["decision"] == ["approve", "deny"]
    assert [reason["feature"] for reason in json.loads(outputs["reasons"][1])] == ["obrat", "pubrec"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 422),
        (json.dumps({"inputs": [tensor("obrat", 1)]}).encode(), 422),
        (json.dumps(request_for(GOOD, source="bronze.loans@7")).encode(), 422),
        (b" " * 30_000, 413),
    ],
)
def test_bad_requests_are_refused(client: httpx.Client, content: bytes, status: int) -> None:
    """With an id under which the failure is recorded."""
    answer = client.post("/v2/models/mortgage/infer", content=content)
    assert answer.status_code == status and len(answer.json()["prediction_ids"]) == 1


def test_metrics_count(client: httpx.Client) -> None:
    """Requests by status, predictions by outcome."""
    client.post("/v2/models/mortgage/infer", json=request_for(GOOD))
    text = client.get("/metrics").text
    assert 'lakeproof_scoring_requests_total{status="200"}' in text
    assert 'lakeproof_scoring_predictions_total{outcome="ok"}' in text


def test_everything_asked_is_filed_when_it_ends(tmp_path: Path) -> None:
    """SIGTERM, exit 0, an empty journal; each batch a run with its inputs, its one commit and its root."""
    lake_of_loans(tmp_path / "lake")
    ids: list[str] = []
    with scoring(tmp_path, batch_seconds=600) as running, httpx.Client(base_url=running.url) as client:
        for request in (
            request_for(GOOD, BAD, source="bronze.loans@0", application_id=["A", "B"]),
            request_for(GOOD),
            {"inputs": [tensor("obrat", "x")]},
        ):
            ids += _ids(client.post("/v2/models/mortgage/infer", json=request).json())
        ids += _ids(client.post("/v2/models/nope/infer", json=request_for(GOOD)).json())
        assert not [one for one in events(tmp_path) if one["job"]["name"] != "inference.prepare"]
    rows = filed(tmp_path)
    assert [row["prediction_id"] for row in rows] == ids
    assert [row["status"] for row in rows] == ["ok", "ok", "ok", "failed", "failed"]
    assert all((path.stat().st_size == 0) for path in (tmp_path / "journal").glob("*.journal"))
    assert _batches(tmp_path) == {
        ("inference.mortgage", ("bronze.loans@0", "mortgage@1", "mortgage@1"), 2, 0),
        ("inference.mortgage", ("mortgage@1", "mortgage@1"), 2, 1),
        ("inference.refused", (), 1, 1),
    }


def _ids(answer: dict[str, Any]) -> list[str]:
    if "prediction_ids" in answer:
        return list(answer["prediction_ids"])
    (found,) = [one["data"] for one in answer["outputs"] if one["name"] == "prediction_id"]
    return list(found)


def _batches(home: Path) -> set[tuple[str, tuple[str, ...], int, int]]:
    """Job, inputs, count and failed of each batch that is complete."""
    complete = [one for one in events(home) if one["eventType"] == "COMPLETE"]
    return {
        (
            one["job"]["name"],
            tuple(sorted(f"{i['name']}@{i['facets']['version']['datasetVersion']}" for i in one["inputs"])),
            one["run"]["facets"]["lakeproof_details"]["details"]["count"],
            one["run"]["facets"]["lakeproof_details"]["details"]["failed"],
        )
        for one in complete
        if one["job"]["name"] != "inference.prepare"
    }
