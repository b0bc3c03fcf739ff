"""Have the log's head stamped by a time stamp authority over HTTP (RFC 3161, 3.4)."""

from pathlib import Path

import httpx

from catalog.log.stamping import Authority
from lakeproof.settings import Settings
from lakeproof.workspace import Workspace
from lineage.canonical import Json
from lineage.errors import BadInput, Fault
from lineage.times import render_moment

_SECONDS = 30.0


def stamp(
    workspace: Workspace, settings: Settings, *, url: str | None, roots: Path | None
) -> dict[str, Json]:
    """Stamp the head; what was said. Raises BadInput without an authority, Fault when it does not answer, Refused."""
    url, roots = url or settings.timestamp_url, roots or settings.timestamp_roots
    if url is None or roots is None:
        raise BadInput(
            "no time stamp authority is named",
            next_move="give --url and --roots, or set LAKEPROOF_TIMESTAMP_URL and LAKEPROOF_TIMESTAMP_ROOTS",
        )
    authority = Authority(url=url, roots=_read(roots), ask=lambda query: _ask(url, query))
    entry, stamped = workspace.catalog.stamp(authority, actor=workspace.actor)
    return {
        "entry": entry.seq,
        "size": entry.body()["size"],
        "at": render_moment(stamped.at),
        "root_sha256": stamped.root_sha256,
    }


def _ask(url: str, query: bytes) -> bytes:
    try:
        answer = httpx.post(
            url, content=query, headers={"Content-Type": "application/timestamp-query"}, timeout=_SECONDS
        )
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Fault(
            f"the time stamp authority {url} does not answer: {error}", next_move="try again, or name another"
        ) from error
    return answer.content


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the roots {path} cannot be read: {error}", next_move="name a PEM file") from error
