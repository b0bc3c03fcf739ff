"""Entry bundles (C2SP tlog-tiles): envelopes as the tree's leaves have them, each after its length. Pure."""

from collections.abc import Iterable

from catalog.log.entry import Envelope
from lineage.errors import Refused

_LONGEST = 2**16 - 1


def bundle(envelopes: Iterable[Envelope]) -> bytes:
    """The bytes of the bundle. Raises Refused for an envelope that the format cannot hold."""
    parts = bytearray()
    for envelope in envelopes:
        data = envelope.to_bytes()
        if len(data) > _LONGEST:
            raise Refused(
                f"the envelope of entry {envelope.seq} has {len(data)} bytes, a bundle holds {_LONGEST}",
                next_move=f"take the entry by itself: /log/proof/{envelope.seq}",
            )
        parts += len(data).to_bytes(2, "big") + data
    return bytes(parts)
