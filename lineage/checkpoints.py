"""Signed checkpoints of the log: C2SP tlog-checkpoint in a C2SP signed note, Ed25519.

A checkpoint says: the log named `origin` has `size` entries and this Merkle root. Nothing is read or written here.
A note may bear several signatures: of witnesses, or of the log's old and new key around a change of keys.
Only the standard library and `cryptography` are used, so that a pack's verifier can carry this file along.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"
_DASH = "\N{EM DASH}"
_LONGEST = 2**20  # characters of a note: a hundred signatures of any kind fit
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: its name, number of entries, and 32 bytes of Merkle root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text, which is what gets signed."""
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"


def sign(checkpoint: Checkpoint, *keys: Ed25519PrivateKey) -> str:
    """The note signed by each key. Raises ValueError when the origin cannot be a key's name (empty, spaces, plus)."""
    return sign_note(checkpoint.text, checkpoint.origin, *keys)


def open_checkpoint(note: str, origin: str, public_key: Ed25519PublicKey) -> Checkpoint | None:
    """The checkpoint in note, if it is of this origin and bears a valid signature by this key; else None.

    Signatures by other keys (witnesses) are ignored, as the note format asks.
    """
    text = open_note(note, origin, public_key)
    checkpoint = None if text is None else _parse(text)
    return checkpoint if checkpoint is not None and checkpoint.origin == origin else None


def sign_note(text: str, name: str, *keys: Ed25519PrivateKey) -> str:
    """Text, which ends in a newline, signed by each key under one name. Raises ValueError for a name that is none."""
    if not is_key_name(name):
        raise ValueError(f"'{name}' cannot name a log: no spaces, no plus sign, not empty")
    lines = [
        f"{_DASH} {name} {_b64(key_id(name, key.public_key()) + key.sign(text.encode()))}\n" for key in keys
    ]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, name: str, public_key: Ed25519PublicKey) -> str | None:
    """The note's text if the key signed it under this name, else None.

    One bad signature by this key spoils the note, whatever else signs it; other keys' are not looked at.
    """
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or len(note) > _LONGEST or _CONTROL.search(note) or not signatures.endswith("\n"):
        return None
    text += "\n"
    wanted = key_id(name, public_key)
    ours = [
        signature[4:]
        for signer, signature in map(_signature, signatures[:-1].split("\n"))
        if (signer, signature[:4]) == (name, wanted)
    ]
    return text if ours and all(_verifies(each, text, public_key) for each in ours) else None


def key_id(name: str, public_key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a note's signature line refers to a key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + _raw(public_key)).digest()[:4]


def verifier_key(name: str, public_key: Ed25519PublicKey) -> str:
    """The key as one line of text, `name+id+key`: what one publishes (a *vkey*)."""
    return f"{name}+{key_id(name, public_key).hex()}+{_b64(_ED25519 + _raw(public_key))}"


def parse_verifier_key(text: str) -> tuple[str, Ed25519PublicKey] | None:
    """Name and key of a vkey; None when it is none, or its id does not fit its key."""
    name, _, rest = text.strip().partition("+")
    number, _, encoded = rest.partition("+")
    key = _unb64(encoded)
    if not is_key_name(name) or key is None or len(key) != 33 or key[:1] != _ED25519:
        return None
    public_key = Ed25519PublicKey.from_public_bytes(key[1:])
    return (name, public_key) if key_id(name, public_key).hex() == number else None


def is_key_name(name: str) -> bool:
    """Whether name may name a key: not empty, without spaces or plus signs."""
    return bool(name) and "+" not in name and not any(char.isspace() for char in name)


def _parse(text: str) -> Checkpoint | None:
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        return None
    origin, size, encoded = lines[:3]
    root = _unb64(encoded)
    if not _SIZE.match(size) or root is None or len(root) != 32:
        return None
    return Checkpoint(origin=origin, size=int(size), root=root)


def _signature(line: str) -> tuple[str, bytes]:
    """Name and signature of a signature line; nothing and nothing of a line that is none."""
    parts = line.split(" ")
    signature = _unb64(parts[2]) if len(parts) == 3 and parts[0] == _DASH else None
    return ("", b"") if signature is None else (parts[1], signature)


def _verifies(signature: bytes, text: str, public_key: Ed25519PublicKey) -> bool:
    try:
        public_key.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def _raw(public_key: Ed25519PublicKey) -> bytes:
    return public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes | None:
    """Bytes of strict base64; None for anything else, non-canonical padding bits included."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _b64(data) == text else None
