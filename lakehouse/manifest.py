"""What exactly a table version consists of: data files with their SHA-256, schema hash, rows; and the check.

Data files are never overwritten: a manifest taken when a version is pinned holds as long as the version does.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakehouse.errors import DamagedTable
from lakehouse.lake import Lake
from lineage.canonical import Json, canonical, sha256
from lineage.certainty import Failed, NotCheckable, Verdict, Verified
from lineage.errors import BadInput, NotFound
from lineage.names import TableName, TableVersion


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ManifestFile:
    """Path relative to the table's folder, size in bytes, SHA-256 in hexadecimal digits."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A table version, fixed. `schema_hash` is the SHA-256 of the RFC 8785 list of [name, type]."""

    table: TableName
    table_id: str
    version: int
    schema_hash: str
    rows: int | None
    files: tuple[ManifestFile, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest's RFC 8785 bytes."""
        return sha256(canonical(self.to_json()))

    def to_json(self) -> dict[str, Json]:
        return {
            "table": str(self.table),
            "table_id": self.table_id,
            "version": self.version,
            "schema_hash": self.schema_hash,
            "rows": self.rows,
            "files": [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in self.files],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> "Manifest":
        """Raise BadInput when a member is missing or of another type."""
        try:
            files, rows = document["files"], document["rows"]
            assert isinstance(files, list)
            return cls(
                table=TableName.parse(str(document["table"])),
                table_id=str(document["table_id"]),
                version=int(str(document["version"])),
                schema_hash=str(document["schema_hash"]),
                rows=None if rows is None else int(str(rows)),
                files=tuple(ManifestFile(path=f["path"], size=f["size"], sha256=f["sha256"]) for f in files),
            )
        except (KeyError, TypeError, ValueError, AssertionError) as error:
            raise BadInput(
                f"this is no manifest: {error!r}",
                next_move="give a manifest as `lakehouse.manifest` writes it",
            ) from error


def manifest(lake: Lake, version: TableVersion) -> Manifest:
    """Read every data file of the version once. Raises NoSuchTable, NoSuchVersion, DamagedTable."""
    folder = Path(lake.path(version.table))
    files = lake.files(version)
    counts = [file.rows for file in files if file.rows is not None]
    fields: list[Json] = [list(field) for field in lake.fields(version)]
    return Manifest(
        table=version.table,
        table_id=str(lake.open_at(version).metadata().id),
        version=version.version,
        schema_hash=sha256(canonical(fields)),
        rows=sum(counts) if len(counts) == len(files) else None,
        files=tuple(_fixed(version, folder, file.path) for file in files),
    )


def check(lake: Lake, expected: Manifest) -> Verdict:
    """Whether the version is still what the manifest says, byte for byte; else the first difference."""
    version = TableVersion(table=expected.table, version=expected.version)
    try:
        found = manifest(lake, version)
    except NotFound as error:
        return NotCheckable(reason=str(error))
    except DamagedTable as error:
        return Failed(reason=str(error))
    if found == expected:
        return Verified(notes=(f"{version}: {len(found.files)} files as in manifest {expected.digest}",))
    return Failed(reason=f"{version} is not as in its manifest: {_difference(expected, found)}")


def _difference(expected: Manifest, found: Manifest) -> str:
    for name in ("table_id", "schema_hash"):
        if getattr(expected, name) != getattr(found, name):
            return f"{name} is {getattr(found, name)}, was {getattr(expected, name)}"
    then, now = ({file.path: file for file in one.files} for one in (expected, found))
    for path in sorted(then.keys() | now.keys()):
        if path not in now:
            return f"file {path} is not part of it any more"
        if path not in then:
            return f"file {path} was not part of it"
        if then[path] != now[path]:
            return f"file {path} was changed (SHA-256 {now[path].sha256}, was {then[path].sha256})"
    return f"rows are {found.rows}, were {expected.rows}"


def _fixed(version: TableVersion, folder: Path, path: str) -> ManifestFile:
    try:
        with (folder / path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return ManifestFile(path=path, size=file.tell(), sha256=digest)
    except OSError as error:
        raise DamagedTable(
            f"{version} lacks its data file {path}: {error.strerror}",
            next_move="restore the file from a backup of the home; pinned versions must keep all their files",
        ) from error
