"""The record over HTTP: acknowledged is logged, every fault is listed, who asks is known or asserted."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from catalog.catalog import Catalog
from catalog.routes import routes
from lineage.actors import Actor, Role
from lineage.checkpoints import open_checkpoint, parse_verifier_key
from lineage.merkle import verify_inclusion
from tests.support.record import ANNA, event

LOOPBACK, ELSEWHERE = ("127.0.0.1", 50000), ("10.1.2.3", 50000)
LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


def client(catalog: Catalog, *, without_token: bool = True, host: tuple[str, int] = LOOPBACK) -> TestClient:
    app = FastAPI()
    app.include_router(routes(catalog, without_token=without_token, limit=50_000))
    return TestClient(app, base_url="http://127.0.0.1:8080", client=host)


@pytest.fixture
def http(catalog: Catalog) -> Iterator[TestClient]:
    with client(catalog) as opened:
        yield opened


def test_an_event_is_answered_with_its_entry(http: TestClient, catalog: Catalog) -> None:
    """201 with the entry's number; the bytes are in the log, by an asserted actor."""
    answer = http.post(LINEAGE, content=event(1), headers={"Lakeproof-Actor": "dagster"})
    assert (answer.status_code, answer.json()) == (201, {"seq": 0, "duplicate": False})
    assert catalog.log.entry(0).payload == event(1)
    assert catalog.log.entry(0).actor == Actor(name="dagster", authenticated=False)
    assert http.post(LINEAGE, content=event(1)).json() == {"seq": 0, "duplicate": True}


def test_a_packed_event_is_the_same_event(http: TestClient, catalog: Catalog) -> None:
    """gzip is the way it travels, not what is logged."""
    packed = http.post(LINEAGE, content=gzip.compress(event(1)), headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 201
    assert http.post(LINEAGE, content=event(1)).json() == {"seq": 0, "duplicate": True}


def test_a_forbidden_event_lists_every_fault(http: TestClient, catalog: Catalog) -> None:
    """422 with a JSON path, what was found and what would be right, for each fault; the bytes are kept."""
    answer = http.post(LINEAGE, content=event(1, eventTime="noon", job={"namespace": "n"}))
    assert answer.status_code == 422
    body = answer.json()
    assert set(body) == {"error", "next_move", "faults"}
    assert {fault["path"] for fault in body["faults"]} >= {"$.eventTime", "$.job.name"}
    assert all(set(fault) == {"path", "found", "wanted"} for fault in body["faults"])
    assert [entry.kind for entry in catalog.log.entries()] == ["refused-event"]


def test_a_batch_reports_per_event(http: TestClient) -> None:
    """Each event's fate by its index, and the counts."""
    body = b"[" + event(1) + b", {}, " + event(1) + b"]"
    answer = http.post(BATCH, content=body).json()
    assert answer["status"] == "partial_success"
    assert answer["summary"] == {"received": 3, "successful": 2, "failed": 1}
    fates = [(each["index"], each["status"], each.get("seq")) for each in answer["events"]]
    assert fates == [(0, "accepted", 0), (1, "refused", None), (2, "duplicate", 0)]
    assert answer["events"][1]["faults"]


def test_what_is_no_batch_is_refused_and_kept(http: TestClient, catalog: Catalog) -> None:
    """A body that cannot be cut into events is 422 and an entry."""
    assert http.post(BATCH, content=b"{}").status_code == 422
    assert [entry.payload for entry in catalog.log.entries("refused-event")] == [b"{}"]


@pytest.mark.parametrize("packed", [False, True])
def test_too_large_is_413(http: TestClient, catalog: Catalog, packed: bool) -> None:
    """Beyond the limit, packed or not, nothing is read further and nothing is logged."""
    body = event(1, x="0" * 60_000)
    answer = http.post(
        LINEAGE,
        content=gzip.compress(body) if packed else body,
        headers={"Content-Encoding": "gzip" if packed else "identity"},
    )
    assert answer.status_code == 413
    assert "more than 50000 bytes" in answer.json()["error"]
    assert catalog.log.size == 0


def test_a_token_makes_the_actor_authenticated(catalog: Catalog) -> None:
    """With a token the entry's actor is proven, from anywhere; the asserted name is not looked at."""
    token = catalog.actors.add("airflow", Role.ENGINEER, by=ANNA)
    with client(catalog, without_token=False, host=ELSEWHERE) as http:
        headers = {"Authorization": f"Bearer {token}", "Lakeproof-Actor": "eve"}
        seq = http.post(LINEAGE, content=event(1), headers=headers).json()["seq"]
    assert catalog.log.entry(seq).actor == Actor(name="airflow", authenticated=True)


@pytest.mark.parametrize(
    ("without_token", "host", "headers"),
    [
        (False, LOOPBACK, {}),
        (True, ELSEWHERE, {}),
        (True, LOOPBACK, {"Authorization": "Bearer guess"}),
        (True, LOOPBACK, {"Authorization": "Basic abc"}),
        (True, LOOPBACK, {"Authorization": "Bearer"}),
    ],
)
def test_who_is_not_known_is_not_let_in(
    catalog: Catalog, without_token: bool, host: tuple[str, int], headers: dict[str, str]
) -> None:
    """401 and nothing logged: no token where one is needed, off loopback, or one that opens nothing."""
    with client(catalog, without_token=without_token, host=host) as http:
        answer = http.post(LINEAGE, content=event(1), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["next_move"]
    assert catalog.log.size == 0


def test_the_log_can_be_checked_from_outside(http: TestClient, tmp_path: Path) -> None:
    """Key, checkpoint, proof and tiles over HTTP suffice to check an entry."""
    http.post(BATCH, content=b"[" + b",".join(event(number) for number in range(5)) + b"]")
    named = parse_verifier_key(http.get("/log/key").text)
    assert named is not None
    proof = http.get("/log/proof/3").json()
    head = open_checkpoint(proof["checkpoint"], *named)
    assert head is not None and head.size == 5
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert verify_inclusion(bytes.fromhex(proof["leaf"]), 3, 5, path, head.root)
    assert http.get("/log/checkpoint").text == proof["checkpoint"]
    tile = http.get("/log/tile/0/000.p/5").content
    assert tile[96:128].hex() == proof["leaf"] and len(tile) == 5 * 32


@pytest.mark.parametrize(
    "path",
    ["/log/tile/0/001", "/log/tile/9/000", "/log/tile/%2e%2e/checkpoint", "/log/tile/x", "/log/proof/9"],
)
def test_what_is_not_there_is_404(http: TestClient, path: str) -> None:
    """No such tile, no way out of the tiles' folder, no such entry: 404 with a next move."""
    answer = http.get(path)
    assert answer.status_code == 404
    assert answer.json()["next_move"]


def test_a_number_that_is_none_is_422(http: TestClient) -> None:
    """A parameter that cannot be read is reported like any other fault."""
    assert http.get("/log/proof/first").json()["faults"][0]["path"] == "$.path.seq"


def test_health_and_figures(http: TestClient) -> None:
    """Live, ready with the log's size, and counts of what passed the door."""
    http.post(LINEAGE, content=event(1))
    http.post(LINEAGE, content=event(1))
    http.post(LINEAGE, content=b"{}")
    assert http.get("/health/live").json() == {"status": "live"}
    assert http.get("/health/ready").json() == {"status": "ready", "log_size": 2}
    figures = http.get("/metrics").text.splitlines()
    assert 'lakeproof_events_total{outcome="accepted"} 1.0' in figures
    assert 'lakeproof_events_total{outcome="duplicate"} 1.0' in figures
    assert 'lakeproof_events_total{outcome="refused"} 1.0' in figures
    assert "lakeproof_log_entries 2.0" in figures
    assert "lakeproof_intake_seconds_count 3.0" in figures


def test_the_api_describes_itself(http: TestClient) -> None:
    """Every route is in the OpenAPI description."""
    paths = json.loads(http.get("/openapi.json").text)["paths"]
    assert {LINEAGE, BATCH, "/log/checkpoint", "/log/proof/{seq}", "/health/ready", "/metrics"} <= set(paths)
