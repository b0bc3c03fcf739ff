"""Claims about what is answered before Streamlit: its files as they are, its pages with what they need."""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from lakeproof.services.audit_front import PARTS, Files, Front, page

STREAMLIT = find_spec("streamlit")  # its files are looked at, its code is not run
assert STREAMLIT is not None and STREAMLIT.origin is not None
FOLDER = Path(STREAMLIT.origin).parent / "static"


def answered(
    path: str, method: str = "GET", *, query: bytes = b"", foreseen: Any = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; 0 where Streamlit was left to answer."""
    sent: list[Any] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        sent.append({"status": 0, "headers": []})
        sent.append({"body": b""})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    def foresee(path: str, address: Any) -> None:
        if foreseen is not None:
            foreseen.append((path, address))

    front = Front(behind, folder=FOLDER, title="Ours", style="<style>b {}</style>", foresee=foresee)
    scope = {"type": "http", "method": method, "path": path, "query_string": query}
    asyncio.run(front(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


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
