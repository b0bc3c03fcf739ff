"""Proofs to be taken away: that an entry is in the log, that the log has only grown. Pure.

Each carries the signed checkpoints it leads to, so that the log's public key is all that checking it needs.
"""

import base64
from dataclasses import dataclass
from typing import Protocol

from catalog.log.entry import Envelope
from lineage.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`path` holds the 32-byte hashes from the leaf's sibling up to the root that `checkpoint` signs."""

    envelope: Envelope
    path: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The proof as C2SP tlog-proof."""
        lines = ["c2sp.org/tlog-proof@v1", f"index {self.envelope.seq}"]
        lines += [base64.b64encode(step).decode() for step in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    def to_json(self) -> dict[str, Json]:
        """Envelope, leaf hash, path and checkpoint, hashes in hexadecimal."""
        return {
            "envelope": self.envelope.to_json(),
            "leaf": self.envelope.leaf.hex(),
            "path": [step.hex() for step in self.path],
            "checkpoint": self.checkpoint,
            "proof": self.text,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """That the log of `to` entries extends that of `from_`: `path` as RFC 6962 has it, and both heads, signed."""

    from_: int
    to: int
    path: tuple[bytes, ...]
    old_checkpoint: str
    checkpoint: str

    def to_json(self) -> dict[str, Json]:
        """Sizes, path and both checkpoints, hashes in hexadecimal."""
        return {
            "from": self.from_,
            "to": self.to,
            "path": [step.hex() for step in self.path],
            "old_checkpoint": self.old_checkpoint,
            "checkpoint": self.checkpoint,
        }


class Provable(Protocol):
    """What signs its heads and proves that one extends another: the log."""

    def checkpoint(self, size: int | None = None) -> str: ...

    def consistency(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]: ...


def size_of(checkpoint: str) -> int:
    """The number of entries in a checkpoint that we signed."""
    return int(checkpoint.split("\n")[1])


def growth(log: Provable, from_: int, to: int | None = None) -> Growth:
    """The proof that the log of `to` entries, all when left out, extends that of `from_`. BadInput outside the log."""
    note = log.checkpoint(to)
    size = size_of(note)
    path = log.consistency(from_, size)
    return Growth(from_=from_, to=size, path=path, old_checkpoint=log.checkpoint(from_), checkpoint=note)
