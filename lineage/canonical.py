"""Canonical bytes and digests: RFC 8785 (JSON Canonicalization Scheme) and SHA-256."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical(value: Json) -> bytes:
    """RFC 8785 bytes of value. Integers must lie within ±(2^53 - 1)."""
    return rfc8785.dumps(value)


def sha256(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
