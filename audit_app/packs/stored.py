"""The one ZIP that a set of members has: stored, sorted by name, times and attributes fixed. Pure.

Reading trusts nothing: it walks the bytes from the first to the last and says, where they are not what writing the
same members would give, which member or which part of the ZIP it is. Only the standard library is used, so that
a pack's verifier can carry this file along.
"""

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What a fault is about when it is about no single member.
STRUCTURE = "ZIP structure"

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_HEAD = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_TAIL = struct.Struct("<4s4H2LH")
_NEEDED = 20
_MADE_BY = 3 << 8 | _NEEDED  # Unix, so that the permissions below are understood
_TIME, _DATE = 0, 33  # 1980-01-01 00:00, the earliest that a ZIP can say
_PERMISSIONS = 0o100644 << 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*\Z")
_MOST_BYTES, _MOST_MEMBERS = 2**32 - 1, 2**16 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What is wrong; `object` is a member's name or `STRUCTURE`."""

    object: str
    what: str


@dataclass(slots=True, kw_only=True)
class Contents:
    """What could be read, and every fault on the way."""

    members: dict[str, bytes] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)

    def damaged(self, what: str, about: str = STRUCTURE) -> None:
        self.damages.append(Damage(object=about, what=what))


def write_stored(members: Mapping[str, bytes]) -> bytes:
    """The ZIP of these members. Raises ValueError for a name that is not plain, or more than 4 GB."""
    if len(members) > _MOST_MEMBERS or sum(map(len, members.values())) > _MOST_BYTES // 2:
        raise ValueError("more than a plain ZIP holds")
    parts: list[bytes] = []
    offset = 0
    places: list[tuple[str, int, int, int]] = []
    for name in sorted(members):
        if not _NAME.match(name):
            raise ValueError(f"'{name}' is no plain name for a member")
        data = members[name]
        head = _local_header(name, data)
        places.append((name, zlib.crc32(data), len(data), offset))
        parts += [head, data]
        offset += len(head) + len(data)
    return b"".join(
        [*parts, *(_central_entry(*place) for place in places), _end_of_directory(places, offset)]
    )


def read_stored(data: bytes) -> Contents:
    """Every member that can be read, and every fault; no fault means `write_stored` gives these very bytes."""
    contents = Contents()
    offset = 0
    last = ""
    places: list[tuple[str, int, int, int]] = []
    while data[offset : offset + 4] == _LOCAL:
        found = _member(data, offset, contents)
        if found is None:
            return contents
        name, body = found
        if places and name <= last:
            contents.damaged(f"member {name} stands after {last}: names must be sorted, each once")
        places.append((name, zlib.crc32(body), len(body), offset))
        contents.members[name] = body
        last, offset = name, offset + len(_local_header(name, body)) + len(body)
    _compare_end(data, offset, places, contents)
    if not contents.damages and write_stored(contents.members) != data:
        contents.damaged("written again from its members it is not the same file")
    return contents


def _member(data: bytes, offset: int, contents: Contents) -> tuple[str, bytes] | None:
    """The member whose local header stands at offset; None when nothing after it can be read."""
    head = data[offset : offset + _HEAD.size]
    if len(head) < _HEAD.size:
        contents.damaged(f"it ends within the local header at byte {offset}")
        return None
    *_, crc, _packed, size, name_length, _extra = _HEAD.unpack(head)
    start = offset + _HEAD.size + name_length
    name = data[offset + _HEAD.size : start].decode("latin-1")
    body = data[start : start + size]
    if not _NAME.match(name):
        contents.damaged(f"the local header at byte {offset} names no plain member")
        return None
    if len(body) < size:
        contents.damaged(f"it ends within member {name}, {len(body)} of {size} bytes in", name)
        return None
    if zlib.crc32(body) != crc:
        contents.damaged("its bytes do not give the CRC-32 that its header states", name)
    if data[offset:start] != _local_header(name, body, crc):
        contents.damaged(f"the local header of {name} is not as this kind of pack writes it")
    return name, body


def _compare_end(
    data: bytes, offset: int, places: list[tuple[str, int, int, int]], contents: Contents
) -> None:
    """Everything after the last member must be the central directory and the end, and nothing more."""
    start = offset
    for place in places:
        wanted = _central_entry(*place)
        if data[offset : offset + len(wanted)] != wanted:
            contents.damaged(
                f"the central directory's entry of {place[0]} at byte {offset} is not as it must be"
            )
            break
        offset += len(wanted)
    else:
        wanted = _end_of_directory(places, start)
        if data[offset : offset + len(wanted)] != wanted:
            contents.damaged(f"the end of the central directory at byte {offset} is not as it must be")
        elif len(data) > offset + len(wanted):
            contents.damaged(f"{len(data) - offset - len(wanted)} bytes follow after its end")


def _local_header(name: str, data: bytes, crc: int | None = None) -> bytes:
    sizes = (zlib.crc32(data) if crc is None else crc, len(data), len(data), len(name), 0)
    return _HEAD.pack(_LOCAL, _NEEDED, 0, 0, _TIME, _DATE, *sizes) + name.encode("latin-1")


def _central_entry(name: str, crc: int, size: int, offset: int) -> bytes:
    sizes = (crc, size, size, len(name), 0, 0, 0, 0, _PERMISSIONS, offset)
    return _ENTRY.pack(_CENTRAL, _MADE_BY, _NEEDED, 0, 0, _TIME, _DATE, *sizes) + name.encode("latin-1")


def _end_of_directory(places: list[tuple[str, int, int, int]], start: int) -> bytes:
    size = sum(_ENTRY.size + len(name) for name, *_ in places)
    return _TAIL.pack(_END, 0, 0, len(places), len(places), size, start, 0)
