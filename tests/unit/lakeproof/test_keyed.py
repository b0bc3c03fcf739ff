"""The intake of one run is for that run's steps."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from lakeproof.services.background import Keyed


async def told(request: Request) -> JSONResponse:
    return JSONResponse(sorted(request.headers))


@pytest.fixture
def client() -> TestClient:
    return TestClient(Keyed(Starlette(routes=[Route("/", told)]), "key"))


def test_the_key_opens_and_stays_outside(client: TestClient) -> None:
    """The app gets the request with all its headers but the key."""
    answer = client.get("/", headers={"Authorization": "Bearer key", "Lakeproof-Actor": "tess"})
    assert answer.status_code == 200
    assert "lakeproof-actor" in answer.json() and "authorization" not in answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "Bearer other")],
        [("Authorization", "key")],
        [("Authorization", "Bearer key"), ("Authorization", "Bearer key")],
    ],
)
def test_nobody_else_gets_in(client: TestClient, headers: list[tuple[str, str]]) -> None:
    """Without the key, with another or with two: 401, and the app is not asked."""
    assert client.get("/", headers=headers).status_code == 401
