"""Who is asking: a bearer token authenticates; without one an actor is only asserted, where allowed."""

from ipaddress import ip_address

from fastapi import Request

from catalog.actors import Actors
from catalog.errors import NotAuthenticated
from lineage.actors import Actor

ACTOR_HEADER = "Lakeproof-Actor"
_NAME = 200


def actor_of(request: Request, actors: Actors, *, without_token: bool) -> Actor:
    """Raises NotAuthenticated for a token that opens nothing, or none where one is needed.

    A token that is sent is always checked. `without_token` holds for requests from loopback only; the actor
    is then the one that the header Lakeproof-Actor names, or `anonymous`.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthenticated(
                f"'{scheme}' is no bearer token", next_move="send Authorization: Bearer TOKEN"
            )
        return actors.authenticate(token.strip())
    if without_token and _is_loopback(request):
        name = request.headers.get(ACTOR_HEADER, "").strip()[:_NAME]
        return Actor(name=name if name and name.isprintable() else "anonymous")
    raise NotAuthenticated(
        "who is asking is not known",
        next_move="send Authorization: Bearer TOKEN; `lakeproof actors add NAME --role ROLE` gives one",
    )


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
