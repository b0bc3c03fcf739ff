"""What a store needs to know of the database under it."""

from dataclasses import dataclass

from sqlalchemy import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database opened. `name` and `next_move` are for messages and give no secret away.

    A transaction of `reads` sees one snapshot. One of `writes` holds the sequencer's lock from its first
    statement to its end, and when its commit returns, it has reached the disk.
    """

    reads: Engine
    writes: Engine
    name: str
    next_move: str

    def close(self) -> None:
        """End all connections."""
        self.reads.dispose()
