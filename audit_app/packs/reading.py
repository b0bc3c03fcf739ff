"""How packs and receipts write JSON, digests and hexadecimal digits, and read them strictly. Pure.

Only the standard library is used, so that a pack's verifier can carry this file along.
"""

import hashlib
import json
from typing import Any


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def rendered(value: object) -> bytes:
    """JSON as packs and receipts write it: sorted, indented, the same bytes each time."""
    return f"{json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)}\n".encode()


def unhex(text: str) -> bytes:
    """The bytes of lower-case hexadecimal digits. Raises ValueError for any other way to write them."""
    data = bytes.fromhex(text)
    if data.hex() != text:
        raise ValueError(f"'{text}' is not in lower-case hexadecimal digits")
    return data


def object_of(data: bytes) -> dict[str, Any]:
    """A JSON object, read strictly: a key that comes twice is refused. Raises ValueError."""
    value = json.loads(data, object_pairs_hook=_each_key_once)
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - it is the data that is wrong, not the code
    return value


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)
