"""The cryptography of the vault: subject keys, wrapped, found again, committed to. Nothing is stored here.

AES-SIV (RFC 5297) is deterministic, so that a reload gives the same bytes, and it does not commit to its
key: hence the commitment, which goes to the log and lets nobody claim another key later.
"""

import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lakehouse.errors import BadCiphertext, VaultUnusable

KEY_BYTES = 64
MASTER_BYTES = 32
REFERENCE_BYTES = 16


def reference_of(random: bytes) -> str:
    """A subject reference from REFERENCE_BYTES of randomness: says nothing about the person."""
    return f"s-{random.hex()}"


def encrypt(key: bytes, context: str, plaintext: bytes) -> bytes:
    """16 bytes of synthetic IV, then the ciphertext. `context` is `table.column`, the same to decrypt."""
    return AESSIV(key).encrypt(_padded(plaintext), [context.encode()])


def decrypt(key: bytes, context: str, ciphertext: bytes) -> bytes:
    """Raise BadCiphertext when bytes, key or context are not those of `encrypt`."""
    try:
        return AESSIV(key).decrypt(ciphertext, [context.encode()])[1:]
    except InvalidTag as error:
        raise BadCiphertext(
            f"{len(ciphertext)} bytes do not decrypt as {context} of this subject",
            next_move="compare the row with its table version's manifest: it was altered or moved",
        ) from error


def commitment(key: bytes, subject_ref: str) -> str:
    """64 hexadecimal digits that bind the subject to this key and reveal neither."""
    return hmac.digest(key, b"lakeproof subject key 1\0" + subject_ref.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Master:
    """The master key, split for its three uses."""

    wrapping: bytes
    finding: bytes
    fingerprint: str

    @classmethod
    def of(cls, secret: bytes) -> "Master":
        """Raise VaultUnusable unless secret has MASTER_BYTES."""
        if len(secret) != MASTER_BYTES:
            raise VaultUnusable(
                f"the vault's master key has {len(secret)} bytes instead of {MASTER_BYTES}",
                next_move="restore keys/vault.key from a backup",
            )
        return cls(
            wrapping=_derived(secret, b"wrapping", KEY_BYTES),
            finding=_derived(secret, b"finding", 32),
            fingerprint=_derived(secret, b"fingerprint", 32).hex(),
        )

    def wrap(self, key: bytes, subject_ref: str) -> bytes:
        return AESSIV(self.wrapping).encrypt(key, [subject_ref.encode()])

    def unwrap(self, wrapped: bytes, subject_ref: str) -> bytes:
        """Raise VaultUnusable when the wrapped key was altered or belongs to another subject."""
        try:
            return AESSIV(self.wrapping).decrypt(wrapped, [subject_ref.encode()])
        except InvalidTag as error:
            raise VaultUnusable(
                f"the key of {subject_ref} was altered", next_move="restore vault.db from a backup"
            ) from error

    def trace(self, identifier: str) -> bytes:
        """By which an identifier is found again, and only by who holds the master key."""
        return hmac.digest(self.finding, identifier.encode(), "sha256")


def _derived(secret: bytes, use: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"lakeproof vault 1 " + use).derive(secret)


def _padded(plaintext: bytes) -> bytes:
    """One version byte in front: the library refuses empty data, and an empty name is still a name."""
    return b"\x01" + plaintext
