"""The journal's bytes: frames of magic, length and CRC around records. Pure; no file is touched here.

A killed process leaves a torn frame at the end, which nobody was told was durable: it is cut. Bytes that make
no frame but have frames after them are damage, and are reported; the frames after them are still read.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

#: Begins each frame. 0xFF occurs in no UTF-8 text, so that no record can hold it.
MAGIC = b"\xffLP\x01"

_HEADER = struct.Struct(">4sII")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The records of a segment in order, the bytes cut at its end, damaged ranges (start, end) before."""

    records: tuple[bytes, ...]
    torn: int = 0
    damaged: tuple[tuple[int, int], ...] = ()


def frame(record: bytes) -> bytes:
    """The record in its frame: 12 bytes longer."""
    return _HEADER.pack(MAGIC, len(record), zlib.crc32(record)) + record


def unframe(data: bytes) -> Reading:
    """Every whole frame of data. Never raises."""
    records: list[bytes] = []
    damaged: list[tuple[int, int]] = []
    position = 0
    while position < len(data):
        record = _record_at(data, position)
        if record is not None:
            records.append(record)
            position += _HEADER.size + len(record)
            continue
        following = _next_frame(data, position + 1)
        if following is None:
            break
        damaged.append((position, following))
        position = following
    return Reading(records=tuple(records), torn=len(data) - position, damaged=tuple(damaged))


def join(lines: Iterable[bytes]) -> bytes:
    """One record of the predictions of one request, so that they are durable together or not at all."""
    return b"\n".join(lines)


def split(record: bytes) -> list[bytes]:
    """The predictions of a record. Canonical JSON holds no line feed."""
    return record.split(b"\n")


def _record_at(data: bytes, position: int) -> bytes | None:
    if len(data) - position < _HEADER.size:
        return None
    magic, length, checksum = _HEADER.unpack_from(data, position)
    start = position + _HEADER.size
    if magic != MAGIC or start + length > len(data):
        return None
    record = data[start : start + length]
    return record if zlib.crc32(record) == checksum else None


def _next_frame(data: bytes, position: int) -> int | None:
    """The position of the first whole frame at or after position."""
    while (position := data.find(MAGIC, position)) >= 0:
        if _record_at(data, position) is not None:
            return position
        position += 1
    return None
