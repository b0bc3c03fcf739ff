"""Who is asking: a bearer token authenticates; without one an actor is only asserted, where allowed.

Where no token is asked for, any page open in a browser on this machine can send requests here. So that none of
them reads or writes the record, a request without a token must name this machine as its host (a name that
an outsider made point here does not), and a page of another origin is turned away.
"""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from catalog.actors import Actors
from catalog.errors import NotAuthenticated, NotJson
from catalog.web.errors import error_response
from catalog.web.local import require_local
from lineage.actors import Actor
from lineage.errors import Denied

ACTOR_HEADER = "Lakeproof-Actor"
_NAME = 200


def actor_of(request: Request, actors: Actors, *, without_token: bool) -> Actor:
    """Raises NotAuthenticated for a token that opens nothing, or none where one is needed; Denied for a page.

    A token that is sent is always checked. `without_token` holds for requests from loopback only; the actor
    is then the one that the header Lakeproof-Actor names, or `anonymous`.
    """
    stated = request.headers.get("authorization")
    if stated is not None:
        return actors.authenticate(_token(stated))
    if without_token and _is_loopback(request):
        require_local(request.headers)
        name = request.headers.get(ACTOR_HEADER, "").strip()[:_NAME]
        return Actor(name=name if name and name.isprintable() else "anonymous")
    raise NotAuthenticated(
        "who is asking is not known",
        next_move="send Authorization: Bearer TOKEN; `lakeproof actors add NAME --role ROLE` gives one",
    )


def require_json(headers: Mapping[str, str]) -> None:
    """Raises NotJson for a body that is said to be anything else; one of no stated type is taken at its word."""
    stated = headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        stated
        and stated != "application/json"
        and not (stated.startswith("application/") and stated.endswith("+json"))
    ):
        raise NotJson(f"the body is said to be {stated}", next_move="send Content-Type: application/json")


class LocalOnly:
    """The whole of an app for this machine only: a request without a token is held to `require_local`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            try:
                if "authorization" not in headers:
                    require_local(headers)
            except Denied as error:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _token(stated: str) -> str:
    scheme, _, token = stated.strip().partition(" ")
    wanted = "send Authorization: Bearer TOKEN, or leave the header out where no token is needed"
    if scheme.lower() != "bearer":
        raise NotAuthenticated(f"'{scheme}' is no bearer token", next_move=wanted)
    if not token.strip():
        raise NotAuthenticated("the bearer token is empty", next_move=wanted)
    return token.strip()


def _is_loopback(request: Request) -> bool:
    return request.client is not None and _is_loopback_address(request.client.host)


@lru_cache(maxsize=256)
def _is_loopback_address(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
