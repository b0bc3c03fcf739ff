"""Request bodies: read no further than the limit, unpacked, cut into the bytes of single events."""

import json
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Mapping

from catalog.errors import TooLarge
from lineage.errors import BadInput
from lineage.openlineage import InvalidEvent
from lineage.openlineage.faults import Fault

_GZIP = 16 + zlib.MAX_WBITS
_SPACE = re.compile(r"[ \t\r\n]*")

#: Events in a batch.
MOST = 10_000


async def read_body(
    chunks: AsyncIterator[bytes],
    headers: Mapping[str, str],
    *,
    limit: int,
    hold: Callable[[int], None] = lambda _: None,
) -> bytes:
    """The body, unpacked where it is gzip. `hold` is told of all bytes that are kept, as they come.

    Raises TooLarge beyond limit bytes, packed or unpacked; BadInput for another encoding or a broken one.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", ""}:
        raise BadInput(f"the body is encoded as {encoding}", next_move="send it plain or as gzip")
    body = bytearray()
    async for chunk in chunks:
        if len(body) + len(chunk) > limit:
            raise _too_large(limit)
        hold(len(chunk))
        body += chunk
    if encoding != "gzip":
        return bytes(body)
    unpacked = _unpacked(bytes(body), limit)
    hold(len(unpacked))
    return unpacked


def split_batch(body: bytes) -> list[bytes]:
    """The bytes of each event in a JSON array, as they were sent: the same as if sent alone.

    Raises InvalidEvent when it is no array, TooLarge when there are more than MOST. What is wrong within an
    event, such as a byte that is no UTF-8, is left to its own parsing.
    """
    if body.startswith(BOM_UTF8):
        raise _no_array("a byte-order mark (EF BB BF) before the JSON", "UTF-8 without one")
    try:
        return _elements(body.decode(errors="surrogateescape"))
    except RecursionError as error:
        raise _no_array("deeper nesting", "events of at most 200 levels") from error
    except ValueError as error:
        raise _no_array(str(error), "a JSON array of events") from error


def _elements(text: str) -> list[bytes]:
    decode = json.JSONDecoder().raw_decode
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        raise ValueError("no array")
    elements: list[bytes] = []
    at = _skip(text, at + 1)
    while text[at : at + 1] != "]" or elements:
        _, end = decode(text, at)
        if len(elements) == MOST:
            raise TooLarge(f"the batch has more than {MOST} events", next_move="send it in parts")
        elements.append(text[at:end].encode(errors="surrogateescape"))
        at = _skip(text, end)
        if text[at : at + 1] == "]":
            break
        if text[at : at + 1] != ",":
            raise ValueError(f"no comma at character {at}")
        at = _skip(text, at + 1)
    if _skip(text, at + 1) != len(text):
        raise ValueError(f"more after the array, at character {at + 1}")
    return elements


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _unpacked(packed: bytes, limit: int) -> bytes:
    """All members of a gzip stream, never more than limit bytes of them."""
    body = bytearray()
    while packed:
        member = zlib.decompressobj(_GZIP)
        try:
            body += member.decompress(packed, limit + 1 - len(body))
        except zlib.error as error:
            raise BadInput(
                f"the body is not gzip: {error}", next_move="pack it again, or send it plain"
            ) from error
        if len(body) > limit:
            raise _too_large(limit)
        if not member.eof:
            raise BadInput("the gzip body ends early", next_move="send all of it")
        packed = member.unused_data
    return bytes(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body has more than {limit} bytes", next_move="send less at once, a batch in parts")


def _no_array(found: str, wanted: str) -> InvalidEvent:
    return InvalidEvent([Fault(path="$", found=found, wanted=wanted)])
