"""The log's signing key: a file of its own, outside lake and catalog, readable by its owner only."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lineage.checkpoints import is_key_name, verifier_key
from lineage.errors import Fault
from lineage.rotations import log_name

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


class KeyFile:
    """The key in `path`, and the one that is about to take its place, in `path.next`.

    Read again at each use: another process may have changed the key.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._next = path.with_name(f"{path.name}.next")

    def read(self) -> LogKey:
        """The key, made when missing. Raises Fault when it cannot be used."""
        return open_key(self.path)

    def prepare(self) -> LogKey:
        """A new key for the same log, which waits in its own file. Raises Fault."""
        key = LogKey(origin=self.read().origin, private=Ed25519PrivateKey.generate())
        draft = _drafted(self._next, key)
        draft.replace(self._next)
        _sync(self.path.parent)
        return key

    def upcoming(self) -> LogKey | None:
        """The key that waits; None when none does. Raises Fault."""
        return open_key(self._next) if self._next.exists() else None

    def advance(self) -> None:
        """Let the key that waits take the old one's place; the old one is gone."""
        self._next.replace(self.path)
        _sync(self.path.parent)


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
            raise ValueError("it does not name a log")
        return LogKey(origin=origin, private=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key)))
    except (OSError, ValueError) as error:
        raise Fault(
            f"the log's key {path.name} cannot be used: {error}",
            next_move="restore keys/ of this home from its backup",
        ) from error


def _create(path: Path) -> None:
    """Make a key in one step: of several processes that try, one wins and the others use its key."""
    private = Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(_SIZE))
    draft = _drafted(path, LogKey(origin=log_name(private.public_key()), private=private))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _drafted(path: Path, key: LogKey) -> Path:
    """The key in a file beside path, on the disk, for its owner only."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{key.origin}\n{key.private.private_bytes_raw().hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
