"""Where no token is asked for, only programs on this machine use the record: no web page reads or writes it."""

import json

import pytest
from fastapi.testclient import TestClient

from catalog.catalog import Catalog
from lakeproof.services.record import record_app
from lineage.actors import Role
from tests.support.record import ANNA, event

LINEAGE = "/api/v1/lineage"
HERE = "http://127.0.0.1:8080"


def client(catalog: Catalog, *, without_token: bool = True, at: str = HERE) -> TestClient:
    app = record_app(catalog, without_token=without_token)
    return TestClient(app, base_url=at, client=("127.0.0.1", 50000))


@pytest.mark.parametrize("at", [HERE, "http://localhost:8080", "http://[::1]:8080", "http://127.0.0.1"])
def test_this_machine_is_let_in(catalog: Catalog, at: str) -> None:
    """By any of its loopback names, also from a page that it served itself."""
    with client(catalog, at=at) as http:
        assert http.post(LINEAGE, content=event(1)).status_code == 201
        assert http.post(LINEAGE, content=event(2), headers={"Origin": at}).status_code == 201


@pytest.mark.parametrize(
    ("at", "headers"),
    [
        ("http://rebound.example.com", {}),
        ("http://127.0.0.1.example.com:8080", {}),
        ("http://10.1.2.3:8080", {}),
        (HERE, {"Host": ""}),
        (HERE, {"Host": "[::1"}),
        (HERE, {"Origin": "https://evil.example.com"}),
        (HERE, {"Origin": "null"}),
        (HERE, {"Origin": "http://127.0.0.1:3000"}),
        (HERE, {"Origin": "http://localhost:8080"}),
    ],
)
def test_pages_and_foreign_hosts_are_turned_away(catalog: Catalog, at: str, headers: dict[str, str]) -> None:
    """403 for writing and for reading: a name made to point here, or a page of another origin."""
    with client(catalog, at=at) as http:
        for answer in (
            http.post(LINEAGE, content=event(1), headers=headers),
            http.get("/log/checkpoint", headers=headers),
            http.get("/api/v2/refused", headers=headers),
        ):
            assert answer.status_code == 403
            assert answer.json()["next_move"]
    assert catalog.log.size == 0


@pytest.mark.parametrize(
    "stated", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"]
)
def test_what_a_form_can_send_is_415(catalog: Catalog, stated: str) -> None:
    """A page may send a few media types to anywhere without asking; JSON is not among them."""
    with client(catalog) as http:
        answer = http.post(LINEAGE, content=event(1), headers={"Content-Type": stated})
    assert answer.status_code == 415
    assert answer.json()["next_move"] == "send Content-Type: application/json"
    assert catalog.log.size == 0


@pytest.mark.parametrize(
    "stated",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/ld+json"],
)
def test_what_producers_send_is_taken(catalog: Catalog, stated: str) -> None:
    """JSON by any of its names."""
    with client(catalog) as http:
        assert http.post(LINEAGE, content=event(1), headers={"Content-Type": stated}).status_code == 201


def test_a_token_opens_from_any_host(catalog: Catalog) -> None:
    """Who proves who they are may come by any name; no page can know the token."""
    token = catalog.actors.add("airflow", Role.ENGINEER, by=ANNA)
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://elsewhere.example.com"}
    for without_token in (True, False):
        with client(catalog, without_token=without_token, at="http://catalog.example.com") as http:
            assert http.post(LINEAGE, content=event(1), headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("Bearer ", "the bearer token is empty"),
        ("Bearer", "the bearer token is empty"),
        ("", "'' is no bearer"),
    ],
)
def test_an_empty_token_is_told_so(catalog: Catalog, stated: str, said: str) -> None:
    """A variable that was not set is no wrong scheme."""
    with client(catalog) as http:
        answer = http.post(LINEAGE, content=event(1), headers={"Authorization": stated})
    assert answer.status_code == 401
    assert said in answer.json()["error"]


def test_refused_bodies_are_listed_with_their_faults(catalog: Catalog) -> None:
    """Newest first: the bytes, who sent them and when, and every fault; each can be had whole."""
    bodies = [event(1, eventTime="noon", producer=7), b'{"a": "\xff"}', b"[]"]
    with client(catalog) as http:
        for body in bodies[:2]:
            http.post(LINEAGE, content=body, headers={"Lakeproof-Actor": "dagster"})
        http.post(f"{LINEAGE}/batch", content=event(2))
        listed = http.get("/api/v2/refused").json()["refused"]
        assert [each["seq"] for each in listed] == [2, 1, 0]
        assert http.get("/api/v2/refused", params={"limit": 1, "before": 2}).json()["refused"] == listed[1:2]
        oldest = listed[-1]
        assert {fault["path"] for fault in oldest["faults"]} == {"$.eventTime", "$.producer"}
        assert oldest["actor"] == {"name": "dagster", "authenticated": False}
        assert json.loads(oldest["body"]) == json.loads(bodies[0])
        assert [fault["wanted"] for fault in listed[0]["faults"]] == ["a JSON array of events"]
        assert http.get("/api/v2/refused/1").content == bodies[1]
        assert http.get("/api/v2/refused/9").status_code == 404
        assert http.get(f"/api/v2/refused/{2**63}").status_code == 422


def test_refused_bodies_are_shown_to_known_actors_only(catalog: Catalog) -> None:
    """They may hold anything, so a token is asked for where one is needed."""
    with client(catalog, without_token=False) as http:
        assert http.get("/api/v2/refused").status_code == 401
        assert http.get("/api/v2/refused/0").status_code == 401
