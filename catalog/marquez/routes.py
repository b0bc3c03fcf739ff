"""Marquez's read routes. Statuses are Marquez's: 400 for what cannot be read, 404 for what is not known."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Response
from fastapi.exceptions import RequestValidationError

from catalog.marquez import lists
from catalog.marquez.errors import BadNode
from catalog.marquez.graphs import column_graph, lineage_graph
from catalog.marquez.ids import parse_node
from catalog.web.errors import Route
from lineage.errors import BadInput, LakeproofError, NotFound
from lineage.names import ColumnId, DatasetId, JobId
from lineage.times import parse_moment

if TYPE_CHECKING:
    from catalog.catalog import Catalog

Json = dict[str, Any]

_AsOf = Annotated[str | None, Query(alias="as_of")]
_KnownAt = Annotated[str | None, Query(alias="known_at")]
_Node = Annotated[str, Query(alias="nodeId")]
_Depth = Annotated[int, Query(ge=0, le=1000)]
_Limit = Annotated[int, Query(ge=0, le=10_000)]
_Offset = Annotated[int, Query(ge=0, lt=2**53)]


async def _page(limit: _Limit = 100, offset: _Offset = 0) -> tuple[int, int]:
    return limit, offset


_Paging = Annotated[tuple[int, int], Depends(_page)]


class MarquezRoute(Route):
    """A route whose errors have Marquez's `code` and `message`, and our next move."""

    def answer_to(self, error: LakeproofError) -> Response:
        return _error(error)

    def misread(self, error: RequestValidationError) -> LakeproofError:
        found = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
        return BadNode(f"the request cannot be read: {found}", next_move="see /docs for the parameters")


def marquez_routes(catalog: "Catalog") -> APIRouter:
    """The graphs and the lists. Each takes `as_of` and `known_at` besides what Marquez takes."""
    router = APIRouter(route_class=MarquezRoute, tags=["Marquez"])
    asking = _Asking(catalog)
    _graphs(router, asking)
    _lists(router, asking)
    _ones(router, asking)
    return router


class _Asking:
    """A question to the graph at two times, answered as JSON."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog

    def __call__(
        self, ask: Callable[..., Json], *names: Any, as_of: str | None, known_at: str | None, **how: Any
    ) -> Response:
        at = self._catalog.log.resolve(
            None if as_of is None else parse_moment(as_of),
            None if known_at is None else parse_moment(known_at),
        )
        with self._catalog.graph.reading() as session:
            return _json(ask(session, *names, at=at, **how))


def _graphs(router: APIRouter, asking: _Asking) -> None:
    @router.get("/api/v1/lineage")
    def lineage(node: _Node, depth: _Depth = 20, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        """Jobs and datasets around a dataset or job; depth in jobs."""
        found = parse_node(node)
        if isinstance(found[0], ColumnId):
            raise BadNode(f"'{node}' is a column", next_move="ask /api/v1/column-lineage about columns")
        return asking(lineage_graph, found, depth=depth, as_of=as_of, known_at=known_at)

    @router.get("/api/v1/column-lineage")
    def column_lineage(
        node: _Node,
        depth: _Depth = 20,
        downstream: Annotated[bool, Query(alias="withDownstream")] = False,
        as_of: _AsOf = None,
        known_at: _KnownAt = None,
    ) -> Response:
        """Columns that a column, or all of a dataset or of a job's output, derives from; depth in derivations."""
        found, times = parse_node(node), {"as_of": as_of, "known_at": known_at}
        return asking(column_graph, found, depth=depth, downstream=downstream, **times)


def _lists(router: APIRouter, asking: _Asking) -> None:
    @router.get("/api/v1/namespaces")
    def namespaces(page: _Paging, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        """All namespaces."""
        return asking(lists.namespaces, page=page, as_of=as_of, known_at=known_at)

    @router.get("/api/v1/namespaces/{namespace:path}/jobs")
    def jobs(namespace: str, page: _Paging, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        """The jobs of a namespace."""
        return asking(lists.jobs, namespace, page=page, as_of=as_of, known_at=known_at)

    @router.get("/api/v1/namespaces/{namespace:path}/datasets")
    def datasets(namespace: str, page: _Paging, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        """The datasets of a namespace."""
        return asking(lists.datasets, namespace, page=page, as_of=as_of, known_at=known_at)

    @router.get("/api/v1/search")
    def search(
        text: Annotated[str, Query(alias="q", min_length=1)],
        kind: Annotated[str | None, Query(alias="filter", pattern="(?i)^(dataset|job|all)$")] = None,
        limit: _Limit = 10,
        as_of: _AsOf = None,
        known_at: _KnownAt = None,
    ) -> Response:
        """Jobs and datasets by name."""
        kinds = ("JOB", "DATASET") if kind is None or kind.upper() == "ALL" else (kind.upper(),)
        return asking(lists.search, text, kinds=kinds, limit=limit, as_of=as_of, known_at=known_at)


def _ones(router: APIRouter, asking: _Asking) -> None:
    @router.get("/api/v1/namespaces/{namespace:path}/jobs/{name:path}")
    def job(namespace: str, name: str, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        """One job."""
        named = JobId(namespace=namespace, name=name)
        return asking(lists.job, named, as_of=as_of, known_at=known_at)

    @router.get("/api/v1/namespaces/{namespace:path}/datasets/{name:path}")
    def dataset(namespace: str, name: str, as_of: _AsOf = None, known_at: _KnownAt = None) -> Response:
        """One dataset."""
        named = DatasetId(namespace=namespace, name=name)
        return asking(lists.dataset, named, as_of=as_of, known_at=known_at)


def _json(value: Any, status: int = 200) -> Response:
    return Response(
        orjson.dumps(value, option=orjson.OPT_UTC_Z), status_code=status, media_type="application/json"
    )


def _error(error: LakeproofError) -> Response:
    status = 400 if isinstance(error, BadInput) and not isinstance(error, NotFound) else error.http_status
    told = {"code": status, "message": error.message, "error": error.message, "next_move": error.next_move}
    return _json(told, status)
