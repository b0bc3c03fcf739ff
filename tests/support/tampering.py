"""A home to tamper with: entries, heads signed at three sizes, and the ways somebody with the files would change it."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from catalog.catalog import Catalog
from catalog.log.keys import LogKey, open_key
from lineage.certainty import Failed, NotCheckable, Verified
from lineage.checkpoints import Checkpoint, sign
from lineage.merkle import EMPTY_ROOT, root
from tests.support.record import take_notes

ENTRIES = 300  # more than a tile, less than two
HEADS = (100, 270, 290)  # signed; the last ten entries are not
SIGNED = HEADS[-1]


def build(home: Path) -> dict[int, str]:
    """A home with ENTRIES entries; the notes of its heads, by size, as an auditor would keep them."""
    notes: dict[int, str] = {}
    with Catalog.open(home) as catalog:
        before = 0
        for size in (*HEADS, ENTRIES):
            take_notes(catalog, before, size)
            before = size
            if size in HEADS:
                notes[size] = catalog.log.checkpoint()
        assert isinstance(catalog.log.verify(notes[HEADS[0]]), Verified)
    with closing(sqlite3.connect(home / "catalog.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return notes


def copy(source: Path, target: Path) -> None:
    """The home as it lies on the disk, modes and all."""
    for path in source.rglob("*"):
        if path.is_file() and not path.name.startswith("catalog.db-"):
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
            there.chmod(path.stat().st_mode)


def tamper(home: Path, *statements: str) -> None:
    """Change the database as somebody with the file would: without the guard triggers."""
    with closing(sqlite3.connect(home / "catalog.db")) as connection, connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def verdict(home: Path, checkpoint: str | None = None) -> str:
    """Why the log does not verify; empty when it does."""
    with Catalog.open(home) as catalog:
        found = catalog.log.verify(checkpoint)
    return found.reason if isinstance(found, Failed | NotCheckable) else ""


def cut_off(home: Path, size: int) -> None:
    """Take the entries from `size` on out of the database, with the nodes over them."""
    tamper(
        home,
        f"DELETE FROM log_payloads WHERE seq >= {size}",
        f"DELETE FROM log_entries WHERE seq >= {size}",
        f"DELETE FROM log_nodes WHERE (position + 1) * (1 << level) > {size}",
    )


def forge(home: Path, seq: int) -> None:
    """Change an entry and make everything in the database agree with the change, as only an insider can."""
    digest = sha256(b"\x00").hexdigest()
    tamper(
        home,
        f"UPDATE log_payloads SET body = X'00' WHERE seq = {seq}",
        f"UPDATE log_entries SET payload_sha256 = '{digest}', size = 1 WHERE seq = {seq}",
        "DELETE FROM log_checkpoints",
    )
    leaves = leaves_of(home)
    with closing(sqlite3.connect(home / "catalog.db")) as connection, connection:
        connection.execute("UPDATE log_entries SET leaf = ? WHERE seq = ?", (leaves[seq], seq))
        level, nodes = 0, leaves
        while len(nodes) > 1:
            pairs = zip(nodes[::2], nodes[1::2], strict=False)
            level, nodes = level + 1, [sha256(b"\x01" + a + b).digest() for a, b in pairs]
            for position, node in enumerate(nodes):
                key = (node, level, position)
                connection.execute("UPDATE log_nodes SET digest = ? WHERE level = ? AND position = ?", key)


def leaves_of(home: Path) -> list[bytes]:
    with Catalog.open(home) as catalog:
        return [entry.envelope.leaf for entry in catalog.log.entries()]


def remove_tiles(home: Path) -> None:
    for tile in (home / "log" / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()


def put_checkpoint(home: Path, key: LogKey, size: int) -> None:
    """Sign the first size entries of the database with a key, as if that were the last head."""
    head = Checkpoint(origin=key.origin, size=size, root=root(leaves_of(home)[:size]))
    (home / "log" / "checkpoint").write_text(sign(head, key.private))


def resign(home: Path) -> None:
    """Sign the log as it stands now with its own key, as if nothing had been signed before."""
    key = open_key(home / "keys" / "log.key")
    empty = sign(Checkpoint(origin=key.origin, size=0, root=EMPTY_ROOT), key.private)
    (home / "log" / "checkpoint").write_text(empty)
    with Catalog.open(home) as catalog:
        catalog.log.checkpoint()
