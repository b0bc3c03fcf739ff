"""The log's signing key: a file of its own, outside lake and catalog, readable by its owner only."""

import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lineage.checkpoints import is_key_name, verifier_key
from lineage.errors import Fault

_SIZE = 32


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LogKey:
    """The log's name (*origin*) and the Ed25519 key that signs for it. Never printed."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    @property
    def verifier(self) -> str:
        """One line that names log and public key (C2SP vkey)."""
        return verifier_key(self.origin, self.public)


def open_key(path: Path) -> LogKey:
    """The key in path, made there when missing. Raises Fault when it cannot be used.

    The file holds two lines, the origin and the 32 key bytes in hexadecimal; others may not read it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if not path.exists():
            _create(path)
        if path.stat().st_mode & 0o077:
            raise Fault(f"others may read the log's key {path.name}", next_move=f"chmod 600 {path}")
        origin, _, key = path.read_text().strip().partition("\n")
        if not is_key_name(origin):
            raise ValueError(origin)
        return LogKey(origin=origin, private=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)))
    except (OSError, ValueError) as error:
        raise Fault(
            f"the log's key {path.name} cannot be used: {error}",
            next_move="restore keys/ of this home from its backup",
        ) from error


def _create(path: Path) -> None:
    """Make a key in one step: of several processes that try, one wins and the others use its key."""
    seed = secrets.token_bytes(_SIZE)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    # A log's name must be its own, and must not tell where it lies.
    number = sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"lakeproof.log/{number}\n{seed.hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
