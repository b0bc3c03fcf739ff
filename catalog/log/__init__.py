"""The evidence log: append-only entries, a Merkle tree over them, tiles and signed checkpoints."""
