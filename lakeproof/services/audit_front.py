"""What is answered before Streamlit is asked: its own files from memory, and its page with all that it will need.

Left alone, Streamlit's page finds out in four steps what it needs: its program, where the server is, what the server
allows, and then each kind of element when the first of them comes. Here the page says all of it at once, so that a
browser fetches it while the server works out the answer.
"""

import asyncio
import mimetypes
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

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
    """Streamlit's index for a page drawn with these parts. `style` comes last, so that it outweighs Streamlit's."""
    index, face = files.index(), files.face()
    wanted = [
        f'<link rel="modulepreload" crossorigin href=".{name}">'
        for name in files.needed(parts)
        if name not in index
    ]
    if face is not None:
        wanted.append(f'<link rel="preload" href=".{face}" as="font" type="font/woff2" crossorigin>')
    told = re.sub("<title>.*?</title>", lambda _: f"<title>{title}</title>", index, count=1)
    told = told.replace("<head>", f"<head>\n{_KNOWN}", 1)
    told = told.replace("</head>", "\n".join([*wanted, "</head>"]), 1)
    return told.replace("</body>", f"{style}\n</body>", 1).encode()


class Front:
    """An ASGI program before another: answers for the front end's files, and leaves everything else to it.

    `foresee` is told in a thread of its own which page is asked for with which parameters, before the browser can
    ask the other program for it.
    """

    def __init__(self, app: Program, *, folder: Path, title: str, style: str, foresee: Foresee) -> None:
        self._app = app
        self._foresee = foresee
        self._files = Files(folder)
        self._pages = {
            path: page(self._files, parts, title=title, style=style) for path, parts in PARTS.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        elif path in self._pages:
            address = dict(parse_qsl(scope.get("query_string", b"").decode("ascii", "replace")))
            asyncio.get_running_loop().run_in_executor(None, self._foresee, path, address)
            await _answer(scope, send, self._pages[path], "text/html; charset=utf-8", "no-cache")
        elif path in self._files.names:
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            await _answer(scope, send, self._files.content(path), kind, _FOR_EVER)
        else:
            await self._app(scope, receive, send)


async def _answer(scope: Scope, send: Send, body: bytes, kind: str, kept: str) -> None:
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "cache-control": kept,
        "x-content-type-options": "nosniff",
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
