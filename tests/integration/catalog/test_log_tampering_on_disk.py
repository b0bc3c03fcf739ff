"""Whoever changes the log's folder or its key, or cuts the end off and signs again, is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.log.keys import LogKey, open_key
from lineage.certainty import Verified
from tests.support.tampering import (
    HEADS,
    SIGNED,
    build,
    copy,
    cut_off,
    forge,
    put_checkpoint,
    remove_tiles,
    resign,
    tamper,
    verdict,
)

FILES = ("tile/0/000", "tile/0/001.p/14", "tile/0/001.p/34", "tile/1/000.p/1", "checkpoint", "log.pub")
DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda data: None,
    "emptied": lambda data: b"",
    "first byte": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "a byte amid": lambda data: (
        data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :]
    ),
    "last byte": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "a byte less": lambda data: data[:-1],
    "a byte more": lambda data: data + b"x",
    "a hash less": lambda data: data[:-32],
    "a hash more": lambda data: data + data[:32],
    "zeros": lambda data: bytes(len(data)),
}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, str]]:
    """A home, and the notes of its heads as an auditor kept them."""
    home = tmp_path_factory.mktemp("pristine")
    return home, build(home)


@pytest.fixture
def home(pristine: tuple[Path, dict[int, str]], tmp_path: Path) -> Path:
    """A copy to damage."""
    copy(pristine[0], tmp_path)
    return tmp_path


@pytest.fixture
def notes(pristine: tuple[Path, dict[int, str]]) -> dict[int, str]:
    return pristine[1]


def test_every_file_is_tried(home: Path) -> None:
    """The files damaged below are all that the log's folder has."""
    folder = home / "log"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(FILES)
    assert verdict(home) == ""


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_damage_to_a_file_is_found(home: Path, name: str, damage: str) -> None:
    """Whichever file of the log's folder is damaged in whichever way is named, or the entry that it contradicts."""
    path = home / "log" / name
    damaged = DAMAGES[damage](path.read_bytes())
    if damaged is None:
        path.unlink()
    else:
        path.write_bytes(damaged)
    said = verdict(home)
    if name == "checkpoint":
        assert said.startswith(
            ("the last checkpoint in log/checkpoint is not signed", "the log has 300 entries, but")
        )
    elif name == "log.pub" and damage == "deleted":
        assert said == "", "it is made again from the key when the home is opened"
    else:
        assert f"log/{name}" in said, said


@pytest.mark.parametrize(
    ("one", "other"), [("tile/0/001.p/14", "tile/0/001.p/34"), ("tile/0/000", "tile/0/001.p/34")]
)
def test_swapped_tiles_are_found(home: Path, one: str, other: str) -> None:
    """Tiles that changed places are named, up to the ten differences that a verdict spells out."""
    first, second = (home / "log" / name for name in (one, other))
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    said = verdict(home)
    assert f"log/{one}" in said
    assert f"log/{other}" in said or "and 70 more" in said


@pytest.mark.parametrize("size", HEADS[:-1])
def test_a_head_put_back_is_found(home: Path, notes: dict[int, str], size: int) -> None:
    """An older genuine checkpoint in the place of the last: the database knows of a later one; nothing is signed."""
    (home / "log" / "checkpoint").write_text(notes[size])
    assert verdict(home).startswith(
        f"the checkpoint in log/checkpoint is an older one: of {size} entries, {SIGNED}"
    )


def test_a_log_put_back_to_an_older_head_is_found(home: Path, notes: dict[int, str]) -> None:
    """Entries, kept heads and checkpoint all taken back to an earlier moment: the tiles know of more entries."""
    cut_off(home, 270)
    tamper(home, "DELETE FROM log_checkpoints WHERE size > 270")
    (home / "log" / "checkpoint").write_text(notes[270])
    assert verdict(home) == "the tile log/tile/0/001.p/34 has 20 entries that the log has not"
    (home / "log" / "tile" / "0" / "001.p" / "34").unlink()
    assert verdict(home) == "", "nothing in the home tells any more"
    assert verdict(home, notes[290]) == (
        "entry 270: missing from the log, with all up to entry 289; a checkpoint signed 290"
    )


def stranger(home: Path, origin: str) -> LogKey:
    """Somebody else's key, for a log of this name."""
    return LogKey(origin=origin, private=open_key(home / "elsewhere" / "log.key").private)


@pytest.mark.parametrize("size", [SIGNED, 250])
def test_a_strangers_signature_is_refused(home: Path, size: int) -> None:
    """The head signed anew by a stranger under the log's name, the end cut off or not: it is no head of this log."""
    key = stranger(home, open_key(home / "keys" / "log.key").origin)
    put_checkpoint(home, key, size)
    cut_off(home, size)
    assert verdict(home) == "the last checkpoint in log/checkpoint is not signed by this log's key"


@pytest.mark.parametrize("own_name", [False, True])
def test_a_strangers_key_is_refused(home: Path, notes: dict[int, str], own_name: bool) -> None:
    """The key file replaced: by a key under this log's name, or by one with another; even with all signed anew."""
    path = home / "keys" / "log.key"
    origin = open_key(home / "elsewhere" / "log.key").origin if own_name else open_key(path).origin
    key = stranger(home, origin)
    path.write_text(f"{key.origin}\n{key.private.private_bytes_raw().hex()}\n")
    assert verdict(home) != ""
    tamper(home, "DELETE FROM log_checkpoints")
    put_checkpoint(home, key, SIGNED)
    (home / "log" / "log.pub").write_text(f"{key.verifier}\n")
    if own_name:
        assert verdict(home) == "", "a log of another name, whole in itself"
        assert "is not one that" in verdict(home, notes[290])
    else:
        assert f"the first key is not the one that {origin} is named for" in verdict(home)


def test_an_insider_with_the_disk_is_contradicted_by_the_signature(home: Path, notes: dict[int, str]) -> None:
    """Tiles thrown away, the checkpoint still stands against the forgery; so does the one an auditor kept."""
    forge(home, 3)
    remove_tiles(home)
    for said in (verdict(home), verdict(home, notes[100])):
        assert "the first 290 entries are not those that a checkpoint of 290 signed" in said
        assert "the tile log/tile/0/000 is missing" in said


def test_an_insider_with_the_key_is_contradicted_by_the_auditor(home: Path, notes: dict[int, str]) -> None:
    """All rewritten and signed anew with the real key: only the checkpoint kept outside shows it, and it does."""
    forge(home, 3)
    remove_tiles(home)
    resign(home)
    assert verdict(home) == ""
    assert verdict(home, notes[100]) == "the first 100 entries are not those that a checkpoint of 100 signed"


def test_a_kept_head_of_each_size_verifies(home: Path, notes: dict[int, str]) -> None:
    """Whichever genuine head an auditor kept, the untouched log extends it."""
    with Catalog.open(home) as catalog:
        for size, note in notes.items():
            verdict = catalog.log.verify(note)
            assert isinstance(verdict, Verified)
            assert f"they extend the {size} entries of the checkpoint given" in verdict.notes
