"""The vault of subject keys: one per person, destroyed to erase. The lake knows only `subject_ref`.

The port, its memory twin, and the vault of one machine: a SQLite file beside a master key file.
"""

import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol, runtime_checkable

from lakehouse import subject_keys
from lakehouse.errors import Erased, NoSuchSubject, VaultUnusable
from lakehouse.subject_keys import KEY_BYTES, MASTER_BYTES, REFERENCE_BYTES, Master

Random = Callable[[int], bytes]


class Vault(Protocol):
    """Keys of persons. All but `reference` raise NoSuchSubject; `encrypt` and `decrypt` raise Erased."""

    def reference(self, identifier: str) -> str:
        """The person's subject_ref: random, the same for the same identifier until erased."""

    def encrypt(self, subject_ref: str, context: str, plaintext: bytes) -> bytes:
        """Deterministic; `context` is `table.column`."""

    def decrypt(self, subject_ref: str, context: str, ciphertext: bytes) -> bytes:
        """Raises BadCiphertext: altered, or of another subject or context."""

    def commitment(self, subject_ref: str) -> str:
        """What binds the subject to its key, as 64 hexadecimal digits; outlives the key."""

    def destroy(self, subject_ref: str) -> None:
        """Destroy the key and the way from the identifier to the subject. Again is no error."""


@runtime_checkable
class Batching(Protocol):
    """A vault that can make many new subjects durable at once."""

    def batch(self) -> AbstractContextManager[None]: ...


def in_batch(vault: Vault) -> AbstractContextManager[None]:
    """New subjects of the block become durable together at its end, or not at all when it fails.

    Leave the block before what was encrypted in it is committed to a table.
    """
    return vault.batch() if isinstance(vault, Batching) else nullcontext()


class MemoryVault:
    """The in-memory twin."""

    def __init__(self, *, random: Random = os.urandom) -> None:
        self._random = random
        self._refs: dict[str, str] = {}
        self._keys: dict[str, bytes | None] = {}
        self._commitments: dict[str, str] = {}

    def reference(self, identifier: str) -> str:
        if identifier not in self._refs:
            ref, key = subject_keys.reference_of(self._random(REFERENCE_BYTES)), self._random(KEY_BYTES)
            self._refs[identifier] = ref
            self._keys[ref] = key
            self._commitments[ref] = subject_keys.commitment(key, ref)
        return self._refs[identifier]

    def encrypt(self, subject_ref: str, context: str, plaintext: bytes) -> bytes:
        return subject_keys.encrypt(self._key(subject_ref), context, plaintext)

    def decrypt(self, subject_ref: str, context: str, ciphertext: bytes) -> bytes:
        return subject_keys.decrypt(self._key(subject_ref), context, ciphertext)

    def commitment(self, subject_ref: str) -> str:
        if subject_ref not in self._commitments:
            raise _unknown(subject_ref)
        return self._commitments[subject_ref]

    def destroy(self, subject_ref: str) -> None:
        self.commitment(subject_ref)
        self._keys[subject_ref] = None
        self._refs = {identifier: ref for identifier, ref in self._refs.items() if ref != subject_ref}

    def _key(self, subject_ref: str) -> bytes:
        if subject_ref not in self._keys:
            raise _unknown(subject_ref)
        key = self._keys[subject_ref]
        if key is None:
            raise _erased(subject_ref)
        return key


_SCHEMA = """
create table if not exists vault (fingerprint text not null);
create table if not exists subject (
    subject_ref text primary key,
    commitment text not null,
    trace blob unique,  -- null once destroyed
    wrapped blob        -- null once destroyed
) without rowid;
"""


class FileVault:
    """Subject keys in a SQLite file, each wrapped by the master key of another file.

    One connection, used under a lock: threads may share a vault, processes each open their own. A key is read
    from the file at each use, so that one destroyed by another process is gone here too.
    """

    def __init__(self, database: Path, master: Path, *, random: Random = os.urandom) -> None:
        """Open, or create both files. Raises VaultUnusable: missing or foreign master key, broken file."""
        self._random = random
        self._lock = threading.RLock()
        self._path = database
        known = database.exists()
        self._master = Master.of(
            _read_master(master) if known or master.exists() else _new_master(master, random)
        )
        with _told(self._path):
            database.parent.mkdir(parents=True, exist_ok=True)
            if not known:
                os.close(os.open(database, os.O_CREAT | os.O_WRONLY, 0o600))
            self._sql = sqlite3.connect(database, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._sql.close()
            raise

    @classmethod
    def of_home(cls, home: Path) -> "FileVault":
        """The vault of a home: `vault.db` and `keys/vault.key`."""
        return cls(home / "vault.db", home / "keys" / "vault.key")

    def close(self) -> None:
        self._sql.close()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """See `in_batch`. Other threads and processes wait for its end before they write."""
        with self._lock:
            with _told(self._path):
                self._sql.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._sql.execute("rollback")
                raise
            with _told(self._path):
                self._sql.execute("commit")
                self._sql.execute("pragma wal_checkpoint(truncate)")

    def reference(self, identifier: str) -> str:
        trace = self._master.trace(identifier)
        with self._lock, _told(self._path):
            found = _find(self._sql, trace)
            if found is not None:
                return found
            ref, key = subject_keys.reference_of(self._random(REFERENCE_BYTES)), self._random(KEY_BYTES)
            row = (ref, subject_keys.commitment(key, ref), trace, self._master.wrap(key, ref))
            self._sql.execute("insert into subject values (?, ?, ?, ?) on conflict (trace) do nothing", row)
            made = _find(self._sql, trace)
            assert made is not None
            return made

    def encrypt(self, subject_ref: str, context: str, plaintext: bytes) -> bytes:
        return subject_keys.encrypt(self._key(subject_ref), context, plaintext)

    def decrypt(self, subject_ref: str, context: str, ciphertext: bytes) -> bytes:
        return subject_keys.decrypt(self._key(subject_ref), context, ciphertext)

    def commitment(self, subject_ref: str) -> str:
        return self._row(subject_ref)[0]

    def destroy(self, subject_ref: str) -> None:
        self._row(subject_ref)
        with self._lock, _told(self._path):
            self._sql.execute(
                "update subject set wrapped = null, trace = null where subject_ref = ?", (subject_ref,)
            )
            if not self._sql.in_transaction:
                # The old page would live on in the write-ahead log.
                self._sql.execute("pragma wal_checkpoint(truncate)")

    def _prepare(self) -> None:
        with _told(self._path):
            for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
                self._sql.execute(f"pragma {pragma}")
            self._sql.executescript(_SCHEMA)
            self._sql.execute(
                "insert into vault select ? where not exists (select 1 from vault)",
                (self._master.fingerprint,),
            )
            (fingerprint,) = self._sql.execute("select fingerprint from vault").fetchone()
        if fingerprint != self._master.fingerprint:
            raise VaultUnusable(
                f"the master key is not the one that {self._path.name} was made with",
                next_move="put back the keys/vault.key that belongs to it",
            )

    def _row(self, subject_ref: str) -> tuple[str, bytes | None]:
        with self._lock, _told(self._path):
            row = self._sql.execute(
                "select commitment, wrapped from subject where subject_ref = ?", (subject_ref,)
            ).fetchone()
        if row is None:
            raise _unknown(subject_ref)
        return row[0], row[1]

    def _key(self, subject_ref: str) -> bytes:
        wrapped = self._row(subject_ref)[1]
        if wrapped is None:
            raise _erased(subject_ref)
        return self._master.unwrap(wrapped, subject_ref)


@contextmanager
def _told(database: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise VaultUnusable(
            f"the vault {database.name} cannot be used: {error}",
            next_move="close other programs that hold it, or restore vault.db and keys/ from a backup",
        ) from error


def _find(sql: sqlite3.Connection, trace: bytes) -> str | None:
    row = sql.execute("select subject_ref from subject where trace = ?", (trace,)).fetchone()
    return None if row is None else str(row[0])


def _read_master(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            secret = file.read()
    except OSError as error:
        raise VaultUnusable(
            f"the vault's master key cannot be read: {error.strerror}: {path.parent.name}/{path.name}",
            next_move="restore it from a backup: without it, what the vault encrypted stays unreadable",
        ) from error
    if mode & 0o077:
        raise VaultUnusable(
            f"the vault's master key {path.parent.name}/{path.name} is open to others (mode {mode:04o})",
            next_move=f"close it with `chmod 600 {path.name}`",
        )
    return secret


def _new_master(path: Path, random: Random) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # created 0600
    with os.fdopen(handle, "wb") as file:
        file.write(random(MASTER_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, unlike a rename, never replaces the key of another process that was first.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return _read_master(path)


def _unknown(subject_ref: str) -> NoSuchSubject:
    return NoSuchSubject(
        f"the vault knows no subject {subject_ref}",
        next_move="subject references are those of bronze.applicants",
    )


def _erased(subject_ref: str) -> Erased:
    return Erased(
        f"subject {subject_ref} was erased: its key is destroyed",
        next_move="nothing can bring the personal data back; the proofs over it still verify",
    )
