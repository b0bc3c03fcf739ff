"""Claims about what is answered before Streamlit: its files as they are, its pages with what they need."""

import asyncio
import mimetypes
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from lakeproof.services.audit_front import KINDS, PARTS, Files, Front, page
from lineage.errors import Fault

STREAMLIT = find_spec("streamlit")  # its files are looked at, its code is not run
assert STREAMLIT is not None and STREAMLIT.origin is not None
FOLDER = Path(STREAMLIT.origin).parent / "static"
HOST = "127.0.0.1:8501"


def fronted(behind: Any, foresee: Callable[[str, Any], None]) -> Front:
    return Front(behind, folder=FOLDER, title="Ours", style="<style>b {}</style>", foresee=foresee)


def answered(
    path: str, method: str = "GET", *, query: bytes = b"", foreseen: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; 0 where Streamlit was left to answer."""
    sent: list[Any] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 0, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    def foresee(path: str, address: Any) -> None:
        if foreseen is not None:
            foreseen.append((path, address))

    front = fronted(behind, foresee)
    said = [(name.encode(), value.encode()) for name, value in ({"host": HOST} | headers).items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": said}
    asyncio.run(front(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


def test_a_file_is_answered_as_it_is() -> None:
    """With its kind, its length, and for ever: its name holds a digest."""
    name = next(name for name in sorted(Files(FOLDER).names) if name.endswith(".js"))
    status, headers, body = answered(name)
    assert status == 200 and body == (FOLDER / name[1:]).read_bytes()
    assert headers["content-type"] == "text/javascript" and "immutable" in headers["cache-control"]
    assert answered(name, "HEAD")[1:] == (headers, b"")


@pytest.mark.parametrize("path", sorted(PARTS))
def test_a_page_names_what_it_will_need(path: str) -> None:
    """Each part is there, as are the parts that it imports; the page itself is asked for each time."""
    status, headers, body = answered(path)
    text = body.decode()
    assert status == 200 and headers["cache-control"] == "no-cache"
    assert "<title>Ours</title>" in text and "window.__streamlit" in text
    assert text.index('<div id="root">') < text.index("<style>b {}</style>")
    needed = Files(FOLDER).needed(PARTS[path])
    assert all(f'".{name}"' in text for name in needed)
    for part in PARTS[path]:
        assert any(name.startswith(f"/static/js/{part}.") for name in needed), part


@pytest.mark.parametrize(
    "path",
    ["/_stcore/health", "/static/../index.html", "/static/js/none.js", "/static/../../app.py", "/other"],
)
def test_all_else_is_left_to_streamlit(path: str) -> None:
    """Nothing is opened but what was found in the folder."""
    assert answered(path)[0] == 0
    assert answered("/", "POST")[0] == 0


def test_a_part_that_is_not_there_needs_nothing() -> None:
    """Another Streamlit may call it otherwise: the page then asks for it later, as Streamlit does."""
    files = Files(FOLDER)
    assert files.needed(["NoSuchPart"]) == ()
    assert b"<title>t</title>" in page(files, ["NoSuchPart"], title="t", style="")


def test_every_kind_of_file_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of ours, whatever the machine believes: with `nosniff` a wrong one is a page that stays empty."""
    monkeypatch.setitem(mimetypes.types_map, ".js", "text/plain")
    files = Files(FOLDER)
    assert {Path(name).suffix for name in files.names} <= KINDS.keys()
    for suffix, kind in KINDS.items():
        name = next((name for name in sorted(files.names) if name.endswith(suffix)), None)
        assert name is None or answered(name)[1]["content-type"] == kind


@pytest.mark.parametrize("path", ["/", "/decision", "/_stcore/health"])
def test_only_this_machine_is_answered(path: str) -> None:
    """A name that an outsider made point here does not name it; nor may a page of elsewhere ask."""
    assert answered(path, host="evil.example:8501")[0] == 403
    assert answered(path, host="")[0] == 403
    assert answered(path, origin="http://evil.example")[0] == 403
    for host in ("127.0.0.1:8501", "localhost:8501", "[::1]:8501"):
        assert answered(path, host=host, origin=f"http://{host}")[0] != 403


def test_no_page_of_elsewhere_holds_ours_in_a_frame() -> None:
    """Neither one of the front's, nor one of Streamlit's own."""
    for path in ("/", "/other"):
        assert answered(path)[1]["content-security-policy"] == "frame-ancestors 'none'"


def test_a_socket_from_elsewhere_is_closed_before_it_is_open() -> None:
    """Answers come by a WebSocket: the same holds for it."""
    sent: list[Any] = []

    async def run(host: bytes) -> None:
        async def behind(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})

        async def send(message: Any) -> None:
            sent.append(message["type"])

        front = fronted(behind, lambda path, address: None)
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"host", host)]}
        await front(scope, None, send)  # type: ignore[arg-type]  # nothing is received

    asyncio.run(run(b"evil.example"))
    asyncio.run(run(HOST.encode()))
    assert sent == ["websocket.close", "websocket.accept"]


def test_a_page_is_foreseen_with_what_is_asked() -> None:
    """When it is to be shown, not when somebody asks whether it is there."""
    seen: list[Any] = []
    answered("/decision", query=b"prediction=a%20b&text=", foreseen=seen)
    assert seen == [("/decision", {"prediction": "a b"})]
    answered("/decision", "HEAD", query=b"prediction=a", foreseen=seen)
    answered("/_stcore/health", foreseen=seen)
    assert len(seen) == 1


def test_an_address_is_foreseen_once_at_a_time() -> None:
    """Whoever asks a hundred times gets a hundred pages and one look ahead; of other addresses one more."""
    seen: list[Any] = []
    free = threading.Event()

    def foresee(path: str, address: Any) -> None:
        seen.append(address["prediction"])
        free.wait(30)

    async def ask(front: Front, prediction: bytes) -> None:
        query, host = b"prediction=" + prediction, (b"host", HOST.encode())
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/decision",
            "query_string": query,
            "headers": [host],
        }

        async def send(message: Any) -> None:
            """Nobody reads it."""

        await front(scope, None, send)  # type: ignore[arg-type]  # nothing is received

    async def run() -> None:
        front = fronted(None, foresee)
        for prediction in (b"a", b"a", b"b", b"a", b"c"):
            await ask(front, prediction)
        free.set()

    asyncio.run(run())
    assert sorted(seen) == ["a", "b"]


@pytest.mark.parametrize("gone", ["<head>", "</head>", "</body>", "<title>"])
def test_an_index_that_cannot_be_added_to_is_a_fault(gone: str, tmp_path: Path) -> None:
    """At the start and in words, not a page without its style."""
    index = (FOLDER / "index.html").read_text(encoding="utf-8")
    (tmp_path / "static").mkdir()
    (tmp_path / "index.html").write_text(index.replace(gone, "<p>"), encoding="utf-8")
    with pytest.raises(Fault, match="has no"):
        page(Files(tmp_path), [], title="t", style="")
