"""What a question over HTTP may be asked with: a parameter that nobody reads is a mistake, and is said to be one."""

from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from catalog.web.errors import InvalidParameters
from lineage.openlineage.faults import Fault, render_path


async def known_parameters(request: Request) -> None:
    """A dependency of a route. Raises InvalidParameters for query parameters that the route does not have."""
    route = request.scope["route"]
    if not isinstance(route, APIRoute):
        return
    known = sorted(_query(route.dependant))
    odd = sorted(set(request.query_params) - set(known))
    if odd:
        raise InvalidParameters(tuple(_fault(each, known) for each in odd))


def _query(dependant: Dependant) -> set[str]:
    """The query parameters of a route and of all that it depends on."""
    own = {each.alias for each in dependant.query_params}
    return own.union(*map(_query, dependant.dependencies))


def _fault(name: str, known: list[str]) -> Fault:
    near = get_close_matches(name, known, 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    wanted = f"one of {', '.join(known)}{hint}" if known else "no parameter"
    return Fault(path=render_path(("query", name)), found="a parameter that it has not", wanted=wanted)
