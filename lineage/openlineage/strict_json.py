"""JSON without latitude: keys stated twice, NaN, huge numbers, broken text, absurd depth are faults.

Every JSON parser at hand keeps the last duplicate and bends huge numbers; evidence may not.
"""

import json
import math
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from lineage.openlineage.faults import Fault, InvalidEvent, Path, at_most, render_found, render_path

MAX_DEPTH = 200
MAX_INTEGER = 2**53 - 1

#: What is found where an object states a key more than once.
TWICE = "the key twice"

_DOUBTFUL = object()
_LONG = b"0" * 19
_FEW = 50  # levels, of the MAX_DEPTH

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = 0xDC00  # where `surrogateescape` puts a byte that is no UTF-8
_SHALLOW = f"at most {MAX_DEPTH} levels"


class _Repeated(dict[str, Any]):
    """An object that stated some key twice, with all it stated; lives only until the faults are listed."""

    stated: Sequence[tuple[str, Any]] = ()


# Every digit as 0, and nothing but brackets: what is asked of a body in the C of `bytes`.
_DIGITS = bytes(48 if 48 <= code < 58 else code for code in range(256))
_OTHERS = bytes(code for code in range(256) if code not in b"[]{}")


def loads(body: bytes) -> Any:
    """Parse body. Raises InvalidEvent listing every fault of this kind."""
    found = read(body)
    if found.faults:
        raise InvalidEvent(found.faults)
    return found.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a body says: `value`, and its `faults`.

    Where there are any, what is faulty in value is mended, so that the rest of it can be judged; `first` then is the
    value with the first of several equal keys, and not the last.
    """

    value: Any
    faults: tuple[Fault, ...] = ()
    first: Any = None


def read(body: bytes) -> Read:
    """Parse body as far as it is JSON. Raises InvalidEvent where it is none."""
    value = _plain(body)
    return _closely(body) if value is _DOUBTFUL else Read(value=value)


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


def _closely(body: bytes) -> Read:
    text, marked = _text(body)
    try:
        value, suspicious = _decode(text)
    except json.JSONDecodeError as error:
        found = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidEvent([*marked, *_broken(body), _fault((), found, "one JSON object")]) from error
    except RecursionError as error:
        raise InvalidEvent([*marked, _fault((), "deeper nesting", _SHALLOW)]) from error
    if suspicious or marked or _odd(text) or text.count("{") + text.count("[") > MAX_DEPTH:
        faults = at_most(chain(marked, _faults(value)))
        if faults:
            return Read(value=_mended(value, -1), faults=faults, first=_mended(value, 0))
    return Read(value=value)


def _text(body: bytes) -> tuple[str, tuple[Fault, ...]]:
    """The text of body, and what is wrong before it begins; a byte that is no UTF-8 becomes half a pair."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise InvalidEvent([_fault((), "text in UTF-16, by its byte-order mark", "text in UTF-8")])
    marked = body.startswith(BOM_UTF8)
    fault = _fault((), "a byte-order mark (EF BB BF) before the JSON", "UTF-8 without one")
    return body.removeprefix(BOM_UTF8).decode("utf-8", "surrogateescape"), (fault,) * marked


def _broken(body: bytes) -> tuple[Fault, ...]:
    """The first byte that is no UTF-8, where there is one."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{body[error.start]:02x} at offset {error.start}"
        return (_fault((), found, "text in UTF-8"),)
    return ()


def _odd(text: str) -> bool:
    """Whether the text may hold half a pair: spelt as an escape, or in place of a byte that is no UTF-8."""
    return "\\u" in text or (not text.isascii() and _SURROGATE.search(text) is not None)


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
        repeated.stated = items
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
            yield _fault(path[:3], "deeper nesting", _SHALLOW)
        elif isinstance(value, dict):
            members = value.stated if isinstance(value, _Repeated) else list(value.items())
            counts = Counter(key for key, _ in members)
            yield from (_fault((*path, key), TWICE, "each key once") for key in counts if counts[key] > 1)
            for key in counts:
                yield from _text_faults((*path, key), key)
            stack.extend(((*path, key), item) for key, item in reversed(members))
        elif isinstance(value, list):
            stack.extend(((*path, index), value[index]) for index in range(len(value) - 1, -1, -1))
        elif isinstance(value, str):
            yield from _text_faults(path, value)
        else:
            yield from _number_faults(path, value)


def _mended(value: Any, which: int, depth: int = 0) -> Any:
    """The value without what `_faults` found: which of several equal keys, like things for what is faulty."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        members = value.stated if isinstance(value, _Repeated) else list(value.items())
        order = reversed(members) if which == 0 else members
        return {_whole(key): _mended(item, which, depth + 1) for key, item in order}
    if isinstance(value, list):
        return [_mended(item, which, depth + 1) for item in value]
    if isinstance(value, str):
        return _whole(value)
    return next((0 for _ in _number_faults((), value)), value)


def _whole(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _number_faults(path: Path, value: object) -> Iterator[Fault]:
    if isinstance(value, float) and not math.isfinite(value):
        yield _fault(path, "a number that is not finite", "a finite number")
    elif isinstance(value, int) and abs(value) > MAX_INTEGER:
        yield _fault(path, render_found(value), "an integer within ±(2^53 - 1)")


def _text_faults(path: Path, text: str) -> Iterator[Fault]:
    odd = _SURROGATE.search(text)
    if odd is None:
        return
    shown = tuple(step if isinstance(step, int) else step.encode(errors="replace").decode() for step in path)
    byte = ord(odd[0]) - _ESCAPED
    if 0x80 <= byte <= 0xFF:
        yield _fault(shown, f"the byte 0x{byte:02x}", "text in UTF-8")
    else:
        yield _fault(shown, "half a surrogate pair", "text of whole characters")


def _fault(path: Path, found: str, wanted: str) -> Fault:
    return Fault(path=render_path(path), found=found, wanted=wanted)
