"""Read a CSV drop: bytes, digest, header, rows of text. What a value means is not known here."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import UnreadableSource
from lineage.canonical import sha256
from lineage.names import LANDING, DatasetId, DatasetVersion

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file as it arrived. Its name identifies it, wherever the landing folder lies."""

    name: str
    content: bytes
    sha256: str

    @property
    def dataset(self) -> DatasetVersion:
        return DatasetVersion(
            dataset=DatasetId(namespace=LANDING, name=self.name), version=f"sha256:{self.sha256}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """A row as text in the header's order. `number` counts from 1, `line` is where it ends."""

    number: int
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A parsed drop: every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[RawRow, ...]


def read_source(path: Path) -> SourceFile:
    """The file's bytes and digest. Raise UnreadableSource if it is missing, a folder or closed to us."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableSource(
            f"cannot read {path}: {reason}", next_move="check the path; a source is one CSV file"
        ) from error
    return SourceFile(name=path.name, content=content, sha256=sha256(content))


def parse_csv(source: SourceFile) -> RawTable:
    """The drop's header and rows. Raise UnreadableSource naming the file and the bad lines (ten at most)."""
    text = _decoded(source)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, tuple(cells)) for cells in reader]
    except csv.Error as error:
        raise UnreadableSource(
            f"{source.name}, line {reader.line_num}: not CSV ({error})",
            next_move="ask the sender for the file again",
        ) from error
    if not lines or not any(lines[0][1]):
        raise UnreadableSource(
            f"{source.name} is empty: it has not even a header", next_move="ask the sender for the file again"
        )
    header = lines[0][1]
    _refuse_ragged(source.name, header, lines[1:])
    if len(lines) == 1:
        raise UnreadableSource(
            f"{source.name} has a header and no rows",
            next_move="ask the sender whether the delivery is complete",
        )
    rows = tuple(
        RawRow(number=n, line=line, cells=cells) for n, (line, cells) in enumerate(lines[1:], start=1)
    )
    return RawTable(header=header, rows=rows)


def _decoded(source: SourceFile) -> str:
    try:
        return source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.content.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(
            f"{source.name}, line {line}: byte 0x{source.content[error.start]:02x} is not UTF-8",
            next_move="ask the sender to export the file as UTF-8",
        ) from error


def _refuse_ragged(name: str, header: tuple[str, ...], lines: list[tuple[int, tuple[str, ...]]]) -> None:
    ragged = [f"line {line} has {len(cells)} cells" for line, cells in lines if len(cells) != len(header)]
    if ragged:
        more = f" and {len(ragged) - _SHOWN} more lines" if len(ragged) > _SHOWN else ""
        raise UnreadableSource(
            f"{name} is ragged: the header has {len(header)} cells, but {', '.join(ragged[:_SHOWN])}{more}",
            next_move="ask the sender for the file again; nothing of it was loaded",
        )
