"""Claims about JSON without latitude: the quick way and the close look give the same values and faults."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lineage.openlineage import InvalidEvent
from lineage.openlineage.faults import MOST
from lineage.openlineage.strict_json import _closely, read

_TEXT = st.text() | st.sampled_from(["a:b", '"', "\\", "a", "\u003a", "{[", "]}"])
_NUMBERS = st.sampled_from(
    "0 -0 -0.0 1.0 1e5 1E-7 1e400 0.30000000000000004 NaN -Infinity 9007199254740991 9007199254740992 "
    "-9007199254740992 18446744073709551616 99999999999999999999999".split()
)
_STRINGS = st.builds(json.dumps, _TEXT, ensure_ascii=st.booleans()) | st.sampled_from(
    ['"\\u003a"', '"\\u003A"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\/"', '"a\tb"', '"1234567890123456789"']
)


def _objects(members: list[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key} :{value}" for key, value in members) + "}"


_VALUES = st.recursive(
    _NUMBERS | _STRINGS | st.sampled_from(["true", "null", "[]", "{}", "nul"]),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)} ]")
        | st.lists(st.tuples(_STRINGS, inner), max_size=4).map(_objects)
    ),
    max_leaves=20,
)


def outcome(read: Any, body: bytes) -> Any:
    try:
        return repr(read(body))
    except InvalidEvent as error:
        return error.faults


@given(_VALUES)
@example('{"a": 1, "a": 1}')
@example('{"a:": 1, "b": {"c": ":", "c": 2}}')
@example('{"a": "\\u003a", "b": 1, "b": "\\u003a"}')
@example('{"a\\u003ab": {"a": 1, "a": 2}}')
@example('{"a": 123456789012345678901234}')
@example("[" * 201 + "]" * 201)
@example('{"a":' * 199 + "[1]" + "}" * 199)
@example('{"a":' * 200 + "[1]" + "}" * 200)
@example("[" + ",".join(['{"[": 1}'] * 300) + "]")
def test_the_quick_way_is_the_close_look(text: str) -> None:
    """Whatever JSON, or nearly JSON, is written: the same value, number by number, or the same faults."""
    body = text.encode(errors="surrogatepass")
    assert outcome(read, body) == outcome(_closely, body)


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf{}", b"{} {}", b" {}\n", b"\xff", b"", b'"\x00"'])
def test_what_is_around_a_value_is_judged_alike(body: bytes) -> None:
    """A byte order mark, something after the value, space, bytes that are no text."""
    assert outcome(read, body) == outcome(_closely, body)


def test_faults_are_not_made_beyond_the_most_that_are_listed() -> None:
    """A body of nothing but faults costs no more than those that are told, and it is said that there are more."""
    faults = read(b"[" + b",".join([b"NaN"] * 3 * MOST) + b"]").faults
    assert len(faults) == MOST + 1
    assert faults[-1].found == f"more than {MOST} faults"
