"""The log's folder: tiles, the last checkpoint, the public key. Written for others to read."""

import os
from dataclasses import dataclass
from pathlib import Path

from catalog.log.tiles import HASH, WIDTH, Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A tile as it was published, full or partial: `width` hashes are promised by its path, `data` is what is there."""

    path: str
    width: int
    data: bytes

    @property
    def hashes(self) -> list[bytes]:
        return [self.data[start : start + HASH] for start in range(0, len(self.data), HASH)]

    @property
    def whole(self) -> bool:
        return len(self.data) == self.width * HASH


class LogFiles:
    """Files below `log/`. Each appears at once or not at all, and is on the disk when the call returns."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def checkpoint(self) -> str | None:
        """The last signed checkpoint; None when none was ever published here."""
        try:
            return (self.root / "checkpoint").read_text(errors="replace")
        except FileNotFoundError:
            return None

    def publish_checkpoint(self, note: str) -> None:
        self._write("checkpoint", note.encode())

    def stamp(self, size: int) -> bytes | None:
        """The time stamp (DER) of the head of size entries; None when it is not there."""
        try:
            return (self.root / "stamps" / f"{size}.tsr").read_bytes()
        except FileNotFoundError:
            return None

    def publish_stamp(self, size: int, data: bytes) -> None:
        self._write(f"stamps/{size}.tsr", data)

    def key(self) -> str | None:
        """The public key as published (C2SP vkey); None when it is not there, nothing when it is damaged."""
        try:
            text = (self.root / "log.pub").read_text()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            return ""
        return text.removesuffix("\n") if text.endswith("\n") else ""

    def publish_key(self, verifier: str) -> None:
        """Write the public key where it is missing or another."""
        if self.key() != verifier:
            self._write("log.pub", f"{verifier}\n".encode())

    def publish_tile(self, tile: Tile, hashes: list[bytes]) -> None:
        """Write a tile; a full one takes the place of its partial ones."""
        self._write(tile.path, b"".join(hashes))
        if tile.width == WIDTH:
            partial = self.root / f"{tile.path}.p"
            for part in partial.glob("*"):
                part.unlink()
            if partial.exists():
                partial.rmdir()

    def tile_forms(self, level: int, index: int) -> "list[Form]":
        """What is published of a tile: its partial forms by width, then the full one."""
        full = Tile(level=level, index=index, width=WIDTH).path
        partial = self.root / f"{full}.p"
        widths = (
            sorted(int(path.name) for path in partial.iterdir() if path.name.isdigit())
            if partial.exists()
            else []
        )
        found = [
            Form(path=f"{full}.p/{width}", width=width, data=(partial / str(width)).read_bytes())
            for width in widths
        ]
        if (self.root / full).exists():
            found.append(Form(path=full, width=WIDTH, data=(self.root / full).read_bytes()))
        return found

    def has(self, tile: Tile) -> bool:
        """Whether a tile is published, as it is or full."""
        return (self.root / tile.path).exists() or (self.root / tile.whole_path).exists()

    def tiles_beyond(self, size: int) -> list[tuple[str, int]]:
        """The tiles published of a log longer than size, as (path, entries of that log)."""
        root = self.root / "tile"
        found = []
        for path in sorted(root.rglob("*")):
            covered = _covered(path.relative_to(root).parts) if path.is_file() else 0
            if covered > size:
                found.append((str(path.relative_to(self.root)), covered))
        return found

    def _write(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _covered(parts: tuple[str, ...]) -> int:
    """How many entries a log has at least that published a tile, given by its path's parts; 0 for no tile."""
    level, *numbers = parts
    width = WIDTH
    if len(numbers) > 1 and numbers[-2].endswith(".p") and numbers[-1].isdigit():
        width = int(numbers.pop())
    digits = "".join(part.removeprefix("x").removesuffix(".p") for part in numbers)
    if not level.isdigit() or not digits.isdigit():
        return 0
    return (int(digits) * WIDTH + width) << (8 * int(level))
