"""Straight to the intake's endpoints, past the matching of routes, which costs more than taking an event in."""

from fastapi import APIRouter, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from catalog.web.errors import Route
from lineage.errors import LakeproofError

SINGLE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


class Shortcut:
    """A router's POST routes at these paths, whose endpoints want the request and nothing else; `app` has the rest.

    The routes themselves stay, for the description of all that can be asked.
    """

    def __init__(self, app: ASGIApp, router: APIRouter) -> None:
        self._app = app
        found = (
            route for route in router.routes if isinstance(route, Route) and "POST" in (route.methods or ())
        )
        self._routes = {route.path: route for route in found if route.path in {SINGLE, BATCH}}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and scope["method"] == "POST"
        route = self._routes.get(scope["path"]) if here else None
        if route is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await route.endpoint(Request(scope, receive))
        except LakeproofError as error:
            response = route.answer_to(error)
        await response(scope, receive, send)
