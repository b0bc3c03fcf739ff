"""One entry's proof, to be taken away: envelope, audit path, signed checkpoint. Pure."""

import base64
from dataclasses import dataclass

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
