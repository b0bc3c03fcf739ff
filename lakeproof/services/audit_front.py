"""What is answered before Streamlit is asked: its own files from memory, and its page with all that it will need.

Left alone, Streamlit's page finds out in four steps what it needs: its program, where the server is, what the server
allows, and then each kind of element when the first of them comes. Here the page says all of it at once, so that a
browser fetches it while the server works out the answer. And here is turned away whoever asks by another name than
this machine's, as a page of an outsider's would whose name was made to point here.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders

from catalog.web.local import require_local
from lineage.errors import Denied, Fault

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Foresee: TypeAlias = Callable[[str, Mapping[str, str]], None]
Program: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Page → the parts of Streamlit's front end that it draws with. Those that every page needs stand in its own index.
PARTS: Mapping[str, tuple[str, ...]] = {
    "/": ("Html",),
    "/start": ("Html",),
    "/decision": ("Html", "TextInput", "Button"),
    "/lineage": ("Html", "TextInput", "ButtonGroup"),
}
_FOR_EVER = "public, immutable, max-age=31536000"  # their names hold a digest of what they hold
#: What kind of thing a file is, whatever the machine's own tables say.
KINDS: Mapping[str, str] = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".gif": "image/gif",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
_FRAMES = "frame-ancestors 'none'"
_FORESEEN = 2  # addresses at once
_IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
_FACE = "SourceSerifVariable-Roman."  # the titles'; the text's own stands in the index
# The server's place and what it allows, which Streamlit would else ask for: first below the page's own path.
_KNOWN = """<script>window.__streamlit = {
  BACKEND_BASE_URL: location.origin + location.pathname.replace(/\\/[^/]*$/, ""),
  HOST_CONFIG: {allowedOrigins: [location.origin], useExternalAuthToken: false}
}</script>"""


class Files:
    """The front end's files in a folder: `index.html`, and `static/` with names that hold a digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, bytes] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """What may be asked for, as paths: nothing else is ever opened."""
        found = (self._folder / "static").rglob("*.*")
        return frozenset(f"/{path.relative_to(self._folder).as_posix()}" for path in found if path.is_file())

    def content(self, name: str) -> bytes:
        """A file of `names`, read once."""
        if name not in self._read:
            self._read[name] = (self._folder / name[1:]).read_bytes()
        return self._read[name]

    def index(self) -> str:
        return (self._folder / "index.html").read_text(encoding="utf-8")

    def needed(self, parts: Iterable[str]) -> tuple[str, ...]:
        """The scripts of these parts and all that those import, each once. A part that is not there needs none."""
        found: dict[str, None] = {}
        waiting = [name for part in parts for name in self._named(part)]
        while waiting:
            name = waiting.pop(0)
            if name in self.names and name not in found:
                found[name] = None
                imports = _IMPORT.findall(self.content(name).decode("utf-8", "replace"))
                waiting += [f"/static/js/{each}" for each in imports]
        return tuple(found)

    def face(self) -> str | None:
        """The titles' typeface."""
        return next((name for name in sorted(self.names) if name.startswith(f"/static/media/{_FACE}")), None)

    def _named(self, part: str) -> Iterator[str]:
        wanted = re.compile(rf"/static/js/{re.escape(part)}\.[\w-]+\.js")
        return (name for name in sorted(self.names) if wanted.fullmatch(name))


def page(files: Files, parts: Iterable[str], *, title: str, style: str) -> bytes:
    """Streamlit's index for a page drawn with these parts. `style` comes last, so that it outweighs Streamlit's.

    Raises Fault when the index is not one that can be added to.
    """
    index, face = files.index(), files.face()
    wanted = [
        f'<link rel="modulepreload" crossorigin href=".{name}">'
        for name in files.needed(parts)
        if name not in index
    ]
    if face is not None:
        wanted.append(f'<link rel="preload" href=".{face}" as="font" type="font/woff2" crossorigin>')
    told = _put(index, "<title>.*?</title>", f"<title>{title}</title>")
    told = _put(told, "<head>", f"<head>\n{_KNOWN}")
    told = _put(told, "</head>", "\n".join([*wanted, "</head>"]))
    return _put(told, "</body>", f"{style}\n</body>").encode()


def _put(index: str, place: str, words: str) -> str:
    told, found = re.subn(place, lambda _: words, index, count=1)
    if not found:
        raise Fault(
            f"Streamlit's index.html has no {place}: the audit app cannot put its title and style there",
            next_move="install the version of Streamlit that requirements.lock names",
        )
    return told


class Front:
    """An ASGI program before another: answers for the front end's files, and leaves everything else to it.

    `foresee` is told in a thread of its own which page is asked for with which parameters, before the browser can
    ask the other program for it; not again while it is at the same, nor at more than two at once. Whoever does not
    ask by a name of this machine, or asks from a page of elsewhere, gets a 403.
    """

    def __init__(self, app: Program, *, folder: Path, title: str, style: str, foresee: Foresee) -> None:
        self._app = app
        self._foresee = foresee
        self._foreseeing: set[tuple[str, bytes]] = set()
        self._files = Files(folder)
        self._pages = {
            path: page(self._files, parts, title=title, style=style) for path, parts in PARTS.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return await self._app(scope, receive, send)
        try:
            require_local(Headers(scope=scope))
        except Denied as denied:
            return await _refuse(scope, send, denied)
        path = scope["path"]
        if scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}:
            return await self._app(scope, receive, _unframed(send))
        if path in self._pages:
            self._look_ahead(scope)
            return await _answer(scope, send, self._pages[path], "text/html; charset=utf-8", "no-cache")
        if path in self._files.names:
            kind = KINDS.get(PurePosixPath(path).suffix, "application/octet-stream")
            return await _answer(scope, send, self._files.content(path), kind, _FOR_EVER)
        return await self._app(scope, receive, _unframed(send))

    def _look_ahead(self, scope: Scope) -> None:
        query = scope.get("query_string", b"")
        asked = (scope["path"], query)
        if scope["method"] != "GET" or asked in self._foreseeing or len(self._foreseeing) >= _FORESEEN:
            return
        address = dict(parse_qsl(query.decode("ascii", "replace")))
        self._foreseeing.add(asked)
        ahead = asyncio.get_running_loop().run_in_executor(None, self._foresee, scope["path"], address)
        ahead.add_done_callback(lambda _: self._foreseeing.discard(asked))


def _unframed(send: Send) -> Send:
    """As send; no page of elsewhere may hold what is sent in a frame."""

    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(raw=message.setdefault("headers", []))["content-security-policy"] = _FRAMES
        await send(message)

    return sent


async def _refuse(scope: Scope, send: Send, denied: Denied) -> None:
    """A 403; a WebSocket that is closed before it was opened is one."""
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": denied.message[:100]})
    body = f"{denied.message}; open the audit app on its own machine, at http://127.0.0.1\n".encode()
    return await _answer(scope, send, body, "text/plain; charset=utf-8", "no-store", 403)


async def _answer(scope: Scope, send: Send, body: bytes, kind: str, kept: str, status: int = 200) -> None:
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "cache-control": kept,
        "content-security-policy": _FRAMES,
        "x-content-type-options": "nosniff",
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
