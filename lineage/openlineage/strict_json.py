"""JSON without latitude: keys stated twice, NaN, huge numbers, broken text, absurd depth are faults.

Every JSON parser at hand keeps the last duplicate and bends huge numbers; evidence may not.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from lineage.openlineage.faults import Fault, InvalidEvent, Path, render_found, render_path

MAX_DEPTH = 200
MAX_INTEGER = 2**53 - 1

_DOUBTFUL = object()
_LONG = b"0" * 19
_FEW = 50  # levels, of the MAX_DEPTH

_SURROGATE = re.compile("[\ud800-\udfff]")


class _Repeated(dict[str, Any]):
    """An object that stated some key twice; lives only until the faults are listed."""

    keys_twice: tuple[str, ...] = ()


# Every digit as 0, and nothing but brackets: what is asked of a body in the C of `bytes`.
_DIGITS = bytes(48 if 48 <= code < 58 else code for code in range(256))
_OTHERS = bytes(code for code in range(256) if code not in b"[]{}")


def loads(body: bytes) -> Any:
    """Parse body. Raises InvalidEvent listing every fault of this kind."""
    value = _plain(body)
    return _closely(body) if value is _DOUBTFUL else value


def _plain(body: bytes) -> Any:
    """The value of a body that is plainly without fault; what is doubtful is for `_closely` to judge.

    The quick parser keeps the last of two equal keys, but then writes fewer colons than it read: no text loses
    or gains one, unless spelt as an escape. It bends integers only from nineteen digits on, and refuses to
    write any beyond 2^53 - 1.
    """
    if b"\\u003a" in body or b"\\u003A" in body or _LONG in body.translate(_DIGITS):
        return _DOUBTFUL
    try:
        value = orjson.loads(body)
        colons = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER).count(b":")
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return _DOUBTFUL
    return value if colons == body.count(b":") and _is_shallow(body) else _DOUBTFUL


def _is_shallow(body: bytes) -> bool:
    """Whether it plainly nests no deeper than is allowed: taking innermost pairs out, few times, leaves nothing."""
    brackets = body.translate(None, _OTHERS)
    if len(brackets) <= 2 * MAX_DEPTH:
        return True
    for _ in range(_FEW):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not brackets:
            return True
    return False


def _closely(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{body[error.start]:02x} at offset {error.start}"
        raise _invalid((), found, "text in UTF-8") from error
    try:
        value, suspicious = _decode(text)
    except json.JSONDecodeError as error:
        found = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise _invalid((), found, "one JSON object") from error
    except RecursionError as error:
        raise _invalid((), "deeper nesting", f"at most {MAX_DEPTH} levels") from error
    if suspicious or "\\u" in text or text.count("{") + text.count("[") > MAX_DEPTH:
        faults = tuple(_faults(value))
        if faults:
            raise InvalidEvent(faults)
    return value


def _decode(text: str) -> tuple[Any, bool]:
    """The value, and whether anything in it needs a closer look."""
    suspicious = False

    def whole(digits: str) -> int | float:
        nonlocal suspicious
        # int() refuses thousands of digits; infinity is found just as well.
        number = int(digits) if len(digits) < 4000 else math.inf
        suspicious = suspicious or abs(number) > MAX_INTEGER
        return number

    def decimal(digits: str) -> float:
        nonlocal suspicious
        number = float(digits)
        suspicious = suspicious or not math.isfinite(number)
        return number

    def constant(_: str) -> float:
        nonlocal suspicious
        suspicious = True
        return math.nan

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal suspicious
        found = dict(items)
        if len(found) == len(items):
            return found
        suspicious = True
        repeated = _Repeated(items)
        counts = Counter(key for key, _ in items)
        repeated.keys_twice = tuple(key for key, count in counts.items() if count > 1)
        return repeated

    decoder = json.JSONDecoder(
        object_pairs_hook=pairs, parse_int=whole, parse_float=decimal, parse_constant=constant
    )
    return decoder.decode(text), suspicious


def _faults(root: Any) -> Iterator[Fault]:
    stack: list[tuple[Path, Any]] = [((), root)]
    while stack:
        path, value = stack.pop()
        if len(path) > MAX_DEPTH:
            yield _fault(path[:3], "deeper nesting", f"at most {MAX_DEPTH} levels")
            return
        if isinstance(value, _Repeated):
            for key in value.keys_twice:
                yield _fault((*path, key), "the key twice", "each key once")
        if isinstance(value, dict):
            for key in value:
                yield from _text_faults((*path, key), key)
            stack.extend(((*path, key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend(((*path, index), value[index]) for index in range(len(value) - 1, -1, -1))
        elif isinstance(value, str):
            yield from _text_faults(path, value)
        else:
            yield from _number_faults(path, value)


def _number_faults(path: Path, value: object) -> Iterator[Fault]:
    if isinstance(value, float) and not math.isfinite(value):
        yield _fault(path, "a number that is not finite", "a finite number")
    elif isinstance(value, int) and abs(value) > MAX_INTEGER:
        yield _fault(path, render_found(value), "an integer within ±(2^53 - 1)")


def _text_faults(path: Path, text: str) -> Iterator[Fault]:
    if _SURROGATE.search(text):
        shown = tuple(
            step if isinstance(step, int) else step.encode(errors="replace").decode() for step in path
        )
        yield _fault(shown, "half a surrogate pair", "text of whole characters")


def _fault(path: Path, found: str, wanted: str) -> Fault:
    return Fault(path=render_path(path), found=found, wanted=wanted)


def _invalid(path: Path, found: str, wanted: str) -> InvalidEvent:
    return InvalidEvent([_fault(path, found, wanted)])
