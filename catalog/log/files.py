"""The log's folder: tiles, the last checkpoint, the public key. Written for others to read."""

import os
from pathlib import Path

from catalog.log.tiles import HASH, WIDTH, Tile


class LogFiles:
    """Files below `log/`. Each appears at once or not at all, and is on the disk when the call returns."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def checkpoint(self) -> str | None:
        """The last signed checkpoint; None when none was ever published here."""
        try:
            return (self.root / "checkpoint").read_text()
        except FileNotFoundError:
            return None

    def publish_checkpoint(self, note: str) -> None:
        self._write("checkpoint", note.encode())

    def publish_key(self, verifier: str) -> None:
        """Write the public key where it is missing or another."""
        path = self.root / "log.pub"
        if not path.exists() or path.read_text() != verifier + "\n":
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

    def tile(self, level: int, index: int) -> tuple[str, list[bytes]]:
        """The widest published form of a tile, as (path, hashes); no hashes when it is not there."""
        full = Tile(level=level, index=index, width=WIDTH).path
        path = self.root / full
        if not path.exists():
            widths = sorted(
                int(part.name) for part in (self.root / f"{full}.p").glob("*") if part.name.isdigit()
            )
            if not widths:
                return full, []
            path = self.root / f"{full}.p" / str(widths[-1])
        data = path.read_bytes()
        hashes = [data[start : start + HASH] for start in range(0, len(data), HASH)]
        return str(path.relative_to(self.root)), hashes

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
