"""The log over HTTP, for whoever checks it: key, head, tiles and entries (C2SP tlog-tiles, prefix /log), proofs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse

from catalog.log.bundles import bundle
from catalog.log.proof import growth
from catalog.log.tiles import WIDTH, parse_place
from catalog.web.errors import Route
from lineage.errors import NotFound

if TYPE_CHECKING:
    from catalog.catalog import Catalog

_BYTES = "application/octet-stream"
_FRESH = {"Cache-Control": "no-cache"}
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}

_Size = Annotated[int | None, Query(ge=0, lt=2**53, description="Entries of the head; all when left out.")]
_From = Annotated[int, Query(alias="from", ge=0, lt=2**53, description="Entries of the earlier head.")]
_To = Annotated[
    int | None, Query(ge=0, lt=2**53, description="Entries of the later head; all when left out.")
]


def log_routes(catalog: "Catalog") -> APIRouter:
    """The routes below /log. Reading the log needs no token: it tells digests and envelopes, no payload."""
    router = APIRouter(prefix="/log", route_class=Route)
    _heads(router, catalog)
    _tiles(router, catalog)
    _proofs(router, catalog)
    return router


def _heads(router: APIRouter, catalog: "Catalog") -> None:
    @router.get("/checkpoint", response_class=PlainTextResponse)
    def checkpoint(size: _Size = None) -> Response:
        """The signed head of the log (C2SP tlog-checkpoint), or the one that it had."""
        return PlainTextResponse(catalog.log.checkpoint(size), headers=_FRESH)

    @router.get("/key", response_class=PlainTextResponse)
    def key() -> Response:
        """The log's public key in force (C2SP vkey); the entries `key-rotated` tell of those before."""
        return PlainTextResponse(catalog.log.verifier + "\n", headers=_FRESH)


def _tiles(router: APIRouter, catalog: "Catalog") -> None:
    @router.get("/tile/entries/{place:path}", response_class=Response)
    def entries(place: str) -> Response:
        """The envelopes of up to 256 entries, as leaves of the tree (C2SP tlog-tiles entry bundle)."""
        index, width = _place(place)
        found = catalog.log.entries(since=index * WIDTH, upto=index * WIDTH + width)
        if len(found) < width:
            raise _missing(f"entries/{place}")
        return Response(bundle(entry.envelope for entry in found), media_type=_BYTES, headers=_FOREVER)

    @router.get("/tile/{level}/{place:path}", response_class=FileResponse)
    def tile(level: str, place: str) -> FileResponse:
        """A tile of the tree (C2SP tlog-tiles)."""
        file = Path(catalog.log_folder, "tile", level, place)
        if not level.isdecimal() or parse_place(place) is None or not file.is_file():
            raise _missing(f"{level}/{place}")
        return FileResponse(file, media_type=_BYTES, headers=_FOREVER)


def _proofs(router: APIRouter, catalog: "Catalog") -> None:
    @router.get("/proof/{seq}")
    def proof(seq: int, size: _Size = None) -> JSONResponse:
        """An entry's envelope, its audit path and the checkpoint it leads to: of `size` entries, or of all."""
        return JSONResponse(catalog.log.proof(seq, size).to_json())

    @router.get("/consistency")
    def consistency(from_: _From, to: _To = None) -> JSONResponse:
        """That the log of `to` entries extends that of `from`: the path, and both heads signed."""
        return JSONResponse(growth(catalog.log, from_, to).to_json())


def _place(text: str) -> tuple[int, int]:
    place = parse_place(text)
    if place is None:
        raise _missing(f"entries/{text}")
    return place


def _missing(path: str) -> NotFound:
    return NotFound(
        f"there is no tile {path}",
        next_move="see /log/checkpoint for the log's size, and c2sp.org/tlog-tiles for the tiles it has",
    )
