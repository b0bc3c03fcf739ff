"""Bodies are read to their limit and no further; batches are cut into the very bytes that were sent."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import TooLarge
from catalog.web.bodies import read_body, split_batch
from lineage.errors import BadInput
from lineage.openlineage import InvalidEvent

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def read(body: bytes, limit: int = 1000, **headers: str) -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(read_body(chunks(), named, limit=limit))


@given(st.lists(plain, max_size=5), st.sampled_from(["", " ", "\n\t"]))
def test_a_batch_is_cut_into_the_bytes_that_were_sent(values: list[object], space: str) -> None:
    """Each event keeps its own bytes, whatever stands between them."""
    texts = [json.dumps(value, ensure_ascii=False) for value in values]
    body = f"{space}[{space}{f'{space},{space}'.join(texts)}{space}]{space}"
    assert split_batch(body.encode()) == [text.encode() for text in texts]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[", b"[1", b"[1,", b"[1,]", b"[1 2]", b"[1] 2", b"[,]", b"\xff[]", b"[" * 100_000]
)
def test_what_is_no_array_is_refused(body: bytes) -> None:
    """A batch that cannot be cut is refused as one."""
    with pytest.raises(InvalidEvent):
        split_batch(body)


def test_an_event_that_is_no_text_is_its_own_fault() -> None:
    """The others of its batch are cut out as they are; a byte-order mark is named."""
    assert split_batch(b'[{"a": "\xff"}, 1, "\xc3\xa9"]') == [b'{"a": "\xff"}', b"1", b'"\xc3\xa9"']
    with pytest.raises(InvalidEvent, match="byte-order mark"):
        split_batch(b"\xef\xbb\xbf[]")


def test_gzip_and_plain_bodies_are_the_same() -> None:
    """Packed, packed in two members, or plain: the same bytes."""
    assert read(b"hello") == b"hello"
    assert read(gzip.compress(b"hello"), content_encoding="gzip") == b"hello"
    assert read(gzip.compress(b"he") + gzip.compress(b"llo"), content_encoding="GZIP") == b"hello"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_too_much_is_too_much_packed_or_not(encoding: str) -> None:
    """The limit holds for what is unpacked; a small bomb is not unpacked further."""
    body = bytes(1001)
    with pytest.raises(TooLarge, match="more than 1000 bytes"):
        read(gzip.compress(body) if encoding == "gzip" else body, content_encoding=encoding)
    assert len(read(bytes(1000))) == 1000


@pytest.mark.parametrize(
    "body",
    [b"plain", gzip.compress(b"hello" * 50)[:-9], gzip.compress(b"x") + b"rest"],
    ids=["not packed", "cut", "with a rest"],
)
def test_broken_gzip_is_bad_input(body: bytes) -> None:
    """A stream that is cut or is none says so."""
    with pytest.raises(BadInput, match="gzip"):
        read(body, content_encoding="gzip")


def test_other_encodings_are_named() -> None:
    """What we cannot unpack is refused by its name."""
    with pytest.raises(BadInput, match="encoded as br"):
        read(b"x", content_encoding="br")
