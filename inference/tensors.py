"""Tensors of the Open Inference Protocol, read from parsed JSON with every flaw named. Pure.

No value of a request appears in a message: what is wrong must not carry personal data into the record.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

INTEGERS = {f"{sign}INT{bits}": (sign, bits) for sign in ("", "U") for bits in (8, 16, 32, 64)}
FLOATS = ("FP16", "FP32", "FP64")
DATATYPES = (*INTEGERS, *FLOATS, "BOOL", "BYTES")

_LONGEST_NAME = 60
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One named column of the request: `values` has one entry per row. `path` is its JSON path."""

    name: str
    path: str
    datatype: str
    values: Sequence[Any]


def read_tensor(value: Any, path: str, flaws: list[str]) -> Tensor | None:
    """The tensor at path, or None after adding to flaws what is wrong with it."""
    if not isinstance(value, dict):
        flaws.append(f"{path} is {kind(value)}, not a tensor {{name, shape, datatype, data}}")
        return None
    before = len(flaws)
    name, datatype, data = value.get("name"), value.get("datatype"), value.get("data")
    if not isinstance(name, str) or not name:
        flaws.append(f"{path}.name is {kind(name)}, not a name")
    if datatype not in DATATYPES:
        flaws.append(f"{path}.datatype is none of {', '.join(DATATYPES)}")
    rows = _rows(value.get("shape"), f"{path}.shape", flaws)
    values = _flat(data, f"{path}.data", flaws)
    if rows is not None and values is not None and len(values) != rows:
        flaws.append(f"{path}.data has {len(values)} elements, its shape says {rows}")
    if len(flaws) > before or values is None:
        return None
    return Tensor(name=str(name), path=path, datatype=str(datatype), values=values)


def numbers(tensor: Tensor, flaws: list[str]) -> list[float | None]:
    """The tensor's values as floats, None where null says missing; a flawed one becomes None and is named."""
    if tensor.datatype == "BYTES":
        flaws.append(
            f"{tensor.path}.datatype is BYTES, the feature {shown(tensor.name)} is a number: send FP64"
        )
        return [None] * len(tensor.values)
    found: list[float | None] = []
    for index, value in enumerate(tensor.values):
        wrong = None if value is None else _wrong_number(value, tensor.datatype)
        if wrong is not None:
            flaws.append(f"{tensor.path}.data[{index}] ({shown(tensor.name)}) is {wrong}")
        found.append(None if value is None or wrong is not None else float(value))
    return found


def texts(values: Sequence[Any], path: str, flaws: list[str]) -> list[str | None]:
    """Values as ids: printable texts of 1 to 200 characters; a flawed one becomes None and is named."""
    found: list[str | None] = []
    for index, value in enumerate(values):
        good = isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and value.isprintable()
        if not good:
            flaws.append(
                f"{path}[{index}] is {kind(value)}, not a printable text (at most {_LONGEST_TEXT} long)"
            )
        found.append(value if good else None)
    return found


def kind(value: Any) -> str:
    """What a JSON value is, in words that show nothing of it."""
    match value:
        case None:
            return "absent"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "an array"
        case _:
            return "an object"


def shown(name: str) -> str:
    """A name from outside, made harmless for messages."""
    cut = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return cut if cut.isprintable() else ascii(cut)


def _rows(shape: Any, path: str, flaws: list[str]) -> int | None:
    match shape:
        case [int(rows)] | [int(rows), 1] if not isinstance(rows, bool) and rows >= 0:
            return rows
        case _:
            flaws.append(f"{path} is not [n] or [n, 1]: one tensor per feature, one element per row")
            return None


def _flat(data: Any, path: str, flaws: list[str]) -> list[Any] | None:
    """Row-major data, flat or nested one level as shape [n, 1] may be."""
    if not isinstance(data, list):
        flaws.append(f"{path} is {kind(data)}, not an array")
        return None
    return [item[0] if isinstance(item, list) and len(item) == 1 else item for item in data]


def _wrong_number(value: Any, datatype: str) -> str | None:
    """What keeps the value from being of its datatype, or None."""
    if datatype == "BOOL":
        return None if isinstance(value, bool) else f"{kind(value)}, not true or false"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{kind(value)}, not a number ({datatype})"
    if datatype in INTEGERS:
        sign, bits = INTEGERS[datatype]
        low, high = (0, 2**bits) if sign else (-(2 ** (bits - 1)), 2 ** (bits - 1))
        return None if isinstance(value, int) and low <= value < high else f"outside {datatype}"
    return None if math.isfinite(value) else "not finite"
