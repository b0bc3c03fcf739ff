"""Files as they arrive: read, or refused with the file and the line."""

from pathlib import Path

import pytest

from ingestion.errors import UnreadableSource
from ingestion.source import parse_csv, read_source
from lineage.canonical import sha256


def parsed(tmp_path: Path, content: bytes) -> list[tuple[str, ...]]:
    path = tmp_path / "drop.csv"
    path.write_bytes(content)
    table = parse_csv(read_source(path))
    return [table.header, *(row.cells for row in table.rows)]


def test_a_file_is_named_by_its_name_and_bytes(tmp_path: Path) -> None:
    """Its dataset is in the landing namespace, whatever folder it lies in; its version is its digest."""
    path = tmp_path / "corrections" / "drop.csv"
    path.parent.mkdir()
    path.write_bytes(b"a\n1\n")
    assert (
        str(read_source(path).dataset)
        == f"lakeproof://landing/drop.csv@sha256:{sha256(b'a' + bytes([10]) + b'1' + bytes([10]))}"
    )


def test_cells_are_kept_as_written(tmp_path: Path) -> None:
    """A byte order mark and quotes go; spaces, empty cells and line ends inside quotes stay."""
    assert parsed(tmp_path, '\ufeffa,b\r\n" x ",""\r\n"1\n2",é\r\n'.encode()) == [
        ("a", "b"),
        (" x ", ""),
        ("1\n2", "é"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"drop.csv is empty"),
        (b"\n1\n", r"drop.csv is empty"),
        (b"a,b\n", r"a header and no rows"),
        (b"a,b\n1,2\n3\n4,5,6\n", r"header has 2 cells, but line 3 has 1 cells, line 4 has 3 cells"),
        (b"a,b\n1,2\n\n", r"line 3 has 0 cells"),
        (b"a\n1\n\xff\n", r"drop.csv, line 3: byte 0xff is not UTF-8"),
        (b'a\n"1"x\n', r"drop.csv, line 2: not CSV"),
        (b'a\n"1\n', r"not CSV \(unexpected end of data\)"),
        (b"a,b\n" + b"1\n" * 12, r"line 11 has 1 cells and 2 more lines"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, content: bytes, message: str) -> None:
    """What is wrong and on which line."""
    with pytest.raises(UnreadableSource, match=message):
        parsed(tmp_path, content)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """The path is in the message."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UnreadableSource, match=rf"cannot read {path}"):
            read_source(path)
