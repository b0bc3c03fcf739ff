"""Whoever changes the record behind our back, in the database or on disk, is found, and the entry is named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.log.keys import open_key
from lineage.certainty import Failed, Verified
from lineage.checkpoints import Checkpoint, sign
from lineage.merkle import EMPTY_ROOT
from tests.support.record import ANNA, event

ENTRIES = 300  # more than a tile, less than two
SIGNED = 290


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A home with entries, its last checkpoint, and an older one as an auditor kept it."""
    home = tmp_path_factory.mktemp("pristine")
    with Catalog.open(home) as catalog:
        catalog.intake.accept_all([event(number, stream="s") for number in range(1, 101)], actor=ANNA)
        older = catalog.log.checkpoint()
        catalog.intake.accept_all(
            [event(number, stream="s") for number in range(101, SIGNED + 1)], actor=ANNA
        )
        last = catalog.log.checkpoint()
        catalog.intake.accept_all([event(n, stream="s") for n in range(SIGNED + 1, ENTRIES + 1)], actor=ANNA)
        assert isinstance(catalog.log.verify(older), Verified)
    return home, last, older


@pytest.fixture
def home(pristine: tuple[Path, str, str], tmp_path: Path) -> Path:
    """A copy to damage."""
    with closing(sqlite3.connect(pristine[0] / "catalog.db")) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in pristine[0].rglob("*"):
        if path.is_file() and not path.name.startswith("catalog.db-"):
            target = tmp_path / path.relative_to(pristine[0])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            target.chmod(path.stat().st_mode)
    return tmp_path


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
    return found.reason if isinstance(found, Failed) else ""


SWAP = (
    "UPDATE log_entries SET seq = -1 WHERE seq = 7",
    "UPDATE log_entries SET seq = 7 WHERE seq = 8",
    "UPDATE log_entries SET seq = 8 WHERE seq = -1",
)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (("UPDATE log_payloads SET body = body || ' ' WHERE seq = 41",), "entry 41: its payload is not"),
        (("UPDATE log_payloads SET body = X'00' WHERE seq = 299",), "entry 299: its payload is not"),
        (("DELETE FROM log_payloads WHERE seq = 5",), "entry 5: its payload is missing"),
        (("UPDATE log_entries SET actor = 'eve' WHERE seq = 0",), "entry 0: its envelope is not the one"),
        (("UPDATE log_entries SET authenticated = 1 WHERE seq = 299",), "entry 299: its envelope is not"),
        (
            ("UPDATE log_entries SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE seq = 9",),
            "entry 9: its time 2020-01-01T00:00:00.000000Z is not after that of the entry before; entry 9",
        ),
        (
            ("UPDATE log_entries SET recorded_at = 'today' WHERE seq = 299",),
            "entry 299: its envelope cannot be",
        ),
        (
            ("UPDATE log_entries SET recorded_at = X'00' WHERE seq = 299",),
            "entry 299: its envelope cannot be",
        ),
        (("UPDATE log_entries SET actor = CAST(X'FF' AS TEXT) WHERE seq = 9",), "the catalog's database"),
        (("UPDATE log_entries SET leaf = X'00' WHERE seq = 9",), "entry 9: its envelope is not the one"),
        (
            ("DELETE FROM log_payloads WHERE seq = 12", "DELETE FROM log_entries WHERE seq = 12"),
            "entry 12: missing from the log",
        ),
        (
            ("DELETE FROM log_payloads WHERE seq >= 280", "DELETE FROM log_entries WHERE seq >= 280"),
            "entry 280: missing from the log, with all up to entry 289; a checkpoint signed 290",
        ),
        (
            ("DELETE FROM log_payloads", "DELETE FROM log_entries"),
            "entry 0: missing from the log, with all up to entry 289",
        ),
        (SWAP, "entry 7: "),
        (("UPDATE log_nodes SET digest = X'00' WHERE level = 3 AND position = 2",), "node 2 at level 3"),
        (("DELETE FROM log_nodes WHERE level = 8",), "node 0 at level 8"),
    ],
)
def test_a_changed_database_is_found(home: Path, statements: tuple[str, ...], named: str) -> None:
    """Edited, deleted, cut off, swapped, re-timed: the first thing said names the entry, or the node, exactly."""
    tamper(home, *statements)
    assert named in verdict(home)
    assert verdict(home).startswith(named) or named.startswith("node")


def test_only_what_differs_is_named(home: Path) -> None:
    """Two entries changed are two entries named, and no others."""
    tamper(home, "UPDATE log_payloads SET body = X'00' WHERE seq IN (3, 200)")
    assert verdict(home).count("entry") == 2


def test_an_entry_slipped_in_is_found(home: Path) -> None:
    """A row inserted under a number that is no place of the log, or far beyond its end, is named."""
    copy = (
        "INSERT INTO log_entries SELECT {seq}, 'x', kind, producer, producer_seq, '2999-01-01T00:00:00.000000Z',"
        " actor, authenticated, payload_sha256, size, leaf FROM log_entries WHERE seq = 4"
    )
    tamper(home, copy.format(seq=10**12))
    assert verdict(home).startswith(f"entry 300: missing from the log, with all up to entry {10**12 - 1}")
    tamper(home, f"DELETE FROM log_entries WHERE seq = {10**12}", copy.format(seq=-5))
    assert verdict(home).startswith("entry -5: no place in the log has this number")


def forge(home: Path, seq: int) -> None:
    """Change an entry and make everything in the database agree with the change, as only an insider can."""
    tamper(home, f"UPDATE log_payloads SET body = X'00' WHERE seq = {seq}")
    digest = sha256(b"\x00").hexdigest()
    tamper(home, f"UPDATE log_entries SET payload_sha256 = '{digest}', size = 1 WHERE seq = {seq}")
    with (
        Catalog.open(home) as catalog,
        closing(sqlite3.connect(home / "catalog.db")) as connection,
        connection,
    ):
        leaves = [entry.envelope.leaf for entry in catalog.log.entries()]
        connection.execute("UPDATE log_entries SET leaf = ? WHERE seq = ?", (leaves[seq], seq))
        level, nodes = 0, leaves
        while len(nodes) > 1:
            level, nodes = (
                level + 1,
                [sha256(b"\x01" + a + b).digest() for a, b in zip(nodes[::2], nodes[1::2], strict=False)],
            )
            for position, node in enumerate(nodes):
                key = (node, level, position)
                connection.execute("UPDATE log_nodes SET digest = ? WHERE level = ? AND position = ?", key)


@pytest.mark.parametrize("seq", [3, 270])
def test_an_insider_is_contradicted_by_the_tiles(home: Path, seq: int) -> None:
    """A forgery that is consistent within the database differs from what was published, and is named."""
    forge(home, seq)
    assert verdict(home).startswith(f"entry {seq}: its envelope is not the one published in log/tile/0/")


def test_an_insider_with_the_disk_is_contradicted_by_the_signature(
    home: Path, pristine: tuple[Path, str, str]
) -> None:
    """Tiles thrown away, the checkpoint still stands against the forgery; so does the one an auditor kept."""
    forge(home, 3)
    for tile in (home / "log" / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()
    assert "tile log/tile/0/000 is missing" in verdict(home)
    assert "is missing" in verdict(home, pristine[2])


def test_an_insider_with_the_key_is_contradicted_by_the_auditor(
    home: Path, pristine: tuple[Path, str, str]
) -> None:
    """All rewritten and signed anew with the real key: only the checkpoint kept outside shows it, and it does."""
    forge(home, 3)
    (home / "log" / "checkpoint").unlink()
    for tile in (home / "log" / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()
    resign(home)
    assert verdict(home) == ""
    assert verdict(home, pristine[2]) == "the first 100 entries are not those that a checkpoint of 100 signed"


def resign(home: Path) -> None:
    """Sign the log as it stands now, as if nothing had been signed before."""
    key = open_key(home / "keys" / "log.key")
    empty = sign(Checkpoint(origin=key.origin, size=0, root=EMPTY_ROOT), key.private)
    (home / "log" / "checkpoint").write_text(empty)
    with Catalog.open(home) as catalog:
        catalog.log.checkpoint()


DAMAGES: list[tuple[str, Callable[[bytes], bytes], str]] = [
    (
        "tile/0/000",
        lambda data: data[:32] + bytes(32) + data[64:],
        "entry 1: its envelope is not the one published",
    ),
    ("tile/0/000", lambda data: data[:64], "the tile log/tile/0/000 is missing or too short"),
    ("tile/0/001.p/34", lambda data: data[:-1] + b"x", "entry 289: its envelope is not the one published"),
    ("tile/1/000.p/1", lambda data: bytes(32), "hash 0 of the tile log/tile/1/000.p/1 is not the one"),
    ("checkpoint", lambda data: data.replace(b"290", b"289"), "is not signed by this log's key"),
    ("checkpoint", lambda data: b"", "the last checkpoint in log/checkpoint is not signed"),
]


@pytest.mark.parametrize(("name", "damage", "named"), DAMAGES)
def test_damage_on_disk_is_found(home: Path, name: str, damage: Callable[[bytes], bytes], named: str) -> None:
    """A changed or shortened tile or checkpoint is named by its path, or by the entry it contradicts."""
    path = home / "log" / name
    path.write_bytes(damage(path.read_bytes()))
    assert named in verdict(home)
