"""A change of the log's key, stated and signed by the old key and the new one; the chain that such changes make.

Nothing is read or written here. Only the standard library and `cryptography` are used, so that a pack's verifier
can carry this file along.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lineage.checkpoints import Checkpoint, open_checkpoint, open_note, parse_verifier_key, sign_note

_LINES = 5
_TITLE = "key rotation"
_NAMED = "lakeproof.log/"
_PLACE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Entry `seq` of the log `origin` puts the key `new` in force instead of `old`, both in one line (C2SP vkey)."""

    origin: str
    seq: int
    old: str
    new: str

    @property
    def text(self) -> str:
        """What both keys sign; no checkpoint's text, whose second line is a number."""
        return f"{self.origin}\n{_TITLE}\n{self.seq}\n{self.old}\n{self.new}\n"


def sign_rotation(rotation: Rotation, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> str:
    """The statement as a note (C2SP signed note) of both keys."""
    return sign_note(rotation.text, rotation.origin, old, new)


def open_rotation(note: str) -> Rotation | None:
    """The rotation that a note states, if it is signed by both keys that it names; else None."""
    lines = note.split("\n")[:_LINES]
    if len(lines) < _LINES or lines[1] != _TITLE or not _PLACE.match(lines[2]):
        return None
    stated = Rotation(origin=lines[0], seq=int(lines[2]), old=lines[3], new=lines[4])
    for verifier in (stated.old, stated.new):
        named = parse_verifier_key(verifier)
        if named is None or named[0] != stated.origin or open_note(note, *named) != stated.text:
            return None
    return stated if stated.old != stated.new else None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChain:
    """The keys of one log, oldest first. `until`: the largest head that a key may sign, None for the one in force.

    The first head with the rotation in it is signed by both keys. The key in force may sign earlier heads too.
    """

    origin: str
    keys: tuple[tuple[str, int | None], ...]

    @property
    def newest(self) -> str:
        """The key in force, in one line."""
        return self.keys[-1][0]

    def open(self, note: str) -> Checkpoint | None:
        """The checkpoint in note, if one of the keys signed it while it might; else None."""
        for verifier, until in reversed(self.keys):
            named = parse_verifier_key(verifier)
            head = None if named is None else open_checkpoint(note, self.origin, named[1])
            if head is not None and (until is None or head.size <= until):
                return head
        return None

    def retired(self, note: str) -> int | None:
        """The last head that the key which signed note might sign, where note is of a later one; else None."""
        for verifier, until in self.keys:
            named = parse_verifier_key(verifier)
            head = None if named is None else open_checkpoint(note, self.origin, named[1])
            if head is not None and until is not None and head.size > until:
                return until
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where the chain of keys does not hold: at entry `seq`, or at the key in force (None)."""

    seq: int | None
    what: str


def walk_keys(notes: Iterable[tuple[int, str]], *, newest: str) -> tuple[KeyChain, tuple[Break, ...]]:
    """The chain that the statements (seq, note) make, oldest first, up to the key in force; and where it breaks."""
    origin = newest.partition("+")[0]
    keys: list[tuple[str, int | None]] = []
    breaks: list[Break] = []
    following: str | None = None
    for seq, note in notes:
        stated = open_rotation(note)
        breaks += [Break(seq=seq, what=what) for what in _faults(stated, seq, origin, following)]
        if stated is not None:
            keys.append((stated.old, seq + 1))
            following = stated.new
    if following is not None and following != newest:
        breaks.append(
            Break(seq=None, what="the key in force is not the one that the last change of keys put in force")
        )
    keys.append((newest, None))
    if not _is_first(keys[0][0], origin):
        breaks.append(Break(seq=None, what=f"the first key is not the one that {origin} is named for"))
    return KeyChain(origin=origin, keys=tuple(keys)), tuple(breaks)


def log_name(key: Ed25519PublicKey) -> str:
    """What a log with this first key is called: a name of its own, that does not tell where it lies."""
    number = hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()
    return f"{_NAMED}{number[:16]}"


def _faults(stated: Rotation | None, seq: int, origin: str, following: str | None) -> Iterator[str]:
    if stated is None:
        yield "its change of keys is not signed by both keys"
    elif stated.origin != origin or stated.seq != seq:
        yield f"its change of keys is that of entry {stated.seq} of {stated.origin}"
    elif following is not None and stated.old != following:
        yield "its change of keys does not start from the key that was in force"


def _is_first(verifier: str, origin: str) -> bool:
    """Whether a log's first key is the one it is named for; a name given by hand binds no key."""
    named = parse_verifier_key(verifier)
    return named is not None and (not origin.startswith(_NAMED) or log_name(named[1]) == origin)
