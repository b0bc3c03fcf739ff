"""No request that our own description of the HTTP interface allows, or forbids, is answered with a fault of ours."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.services.api import catalog_app
from lineage.actors import Actor, Role
from tests.support import producers
from tests.support.hostile import bases, hostile_events

ACTOR = Actor(name="fuzz")
#: Requests that each operation gets.
EXAMPLES = 12


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    """The whole catalog service over a record with something of everything in it, and a token for it."""
    home = tmp_path_factory.mktemp("fuzzed")
    with Catalog.open(home) as catalog:
        catalog.intake.accept_all([orjson.dumps(event) for event in bases()], actor=ACTOR)
        catalog.intake.accept_all([orjson.dumps(event) for event in producers.flink()], actor=ACTOR)
        catalog.intake.accept_all([b"", b"[", b"{}"], actor=ACTOR)
        catalog.aspects.project()
        token = catalog.actors.add("fuzz", Role.ENGINEER, by=ACTOR)
        yield catalog_app(catalog, Lake(home / "lake"), without_token=False), token


def operations(app: FastAPI) -> list[Any]:
    found: list[Any] = list(schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations())
    return [each.ok() for each in found]


def test_no_described_request_is_a_fault_of_ours(served: tuple[FastAPI, str]) -> None:
    """Each operation, with parameters and bodies as described and as not: never 5xx."""
    app, token = served
    headers = {"Authorization": f"Bearer {token}"}
    found = operations(app)
    assert len(found) > 10
    with TestClient(app, raise_server_exceptions=False) as http:
        for operation in found:
            _try(operation, http, headers)


def _try(operation: Any, http: TestClient, headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        answer = case.call(session=http, headers=headers)
        assert answer.status_code < 500, (answer.status_code, case.as_curl_command(), answer.text)

    run()


SUBJECTS = st.sampled_from(
    [
        "bronze.loans",
        "bronze.loans@7",
        "a@b@c",
        "mortgage@1",
        "mortgage#1",
        "x#y",
        "",
        "jobs/load",
        "\0",
        "%00",
        "😀",
    ]
) | st.text(max_size=30)
TIMES = st.sampled_from(
    ["2026-03-04T10:00:00Z", "2026-03-04", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "noon", "", "NaN"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subject=SUBJECTS,
    as_of=TIMES,
    known_at=TIMES,
    level=st.sampled_from(["table", "version", "column", "row"]),
)
def test_no_question_is_a_fault_of_ours(
    served: tuple[FastAPI, str], subject: str, as_of: str, known_at: str, level: str
) -> None:
    """Any subject at any two times."""
    app, token = served
    with TestClient(app, raise_server_exceptions=False) as http:
        answer = http.get(
            "/api/v2/lineage",
            params={"subject": subject, "as_of": as_of, "known_at": known_at, "level": level},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert answer.status_code < 500, answer.text


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    body=hostile_events() | st.binary(max_size=40),
    batch=st.booleans(),
    kind=st.sampled_from(["json", "text"]),
)
def test_no_body_is_a_fault_of_ours(served: tuple[FastAPI, str], body: bytes, batch: bool, kind: str) -> None:
    """Events with anything in them, singly or in a batch: taken or refused."""
    app, token = served
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"application/{kind}"}
    with TestClient(app, raise_server_exceptions=False) as http:
        path = "/api/v1/lineage/batch" if batch else "/api/v1/lineage"
        answer = http.post(path, content=b"[%b]" % body if batch else body, headers=headers)
    assert answer.status_code in (
        {200, 422} if kind == "json" and batch else {201, 422} if kind == "json" else {415}
    )
