"""One application's way: from the table version that the request named, back to the landing file.

Not the whole closure: at each table the version in which this application's row first stood as it was read,
the run that wrote it, and the versions which that run had read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from audit_app.behind.runs import certainty_of, written
from audit_app.checks import Check, failed, not_checkable, verified
from audit_app.naming import as_table_version
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from lineage.canonical import sha256
from lineage.certainty import Certainty
from lineage.errors import LakeproofError
from lineage.names import LANDING, DatasetVersion, RunId, TableVersion
from lineage.times import Instants

KEY = "application_id"
LOAD = "load_id"
_FURTHEST = 50  # versions looked back for the one that first had the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """The row as read at `read`; `written` is the version in which it first stood so, and `run` wrote that."""

    read: TableVersion
    written: TableVersion
    certainty: Certainty
    run: RunRecord | None
    row: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingFile:
    """The file that a load read, its SHA-256 as then, and where in it the row is said to stand."""

    name: str
    sha256: str
    load: RunRecord

    @property
    def dataset(self) -> DatasetVersion:
        return next(each.at for each in self.load.inputs if each.dataset.name == self.name and each.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Hops from the source backwards, the files at its end, and what could not be followed, in words."""

    hops: tuple[Hop, ...] = ()
    files: tuple[LandingFile, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        return tuple({hop.run.id: hop.run for hop in self.hops if hop.run is not None}.values())


def find_way(sources: Sources, source: TableVersion | None, application: str | None, at: Instants) -> Way:
    """Follow the application's row back from source. What cannot be followed is said, not raised."""
    if source is None:
        return Way(unknown=("the request named no table version, so that its features' origin is not known",))
    if application is None:
        return Way(unknown=("the request named no application, so that no row can be followed to its file",))
    steps = _Steps(sources=sources, application=application, at=at)
    steps.follow(source, Certainty.DECLARED)
    return Way(hops=tuple(steps.hops), files=tuple(steps.files.values()), unknown=tuple(steps.unknown))


@dataclass(slots=True, kw_only=True)
class _Steps:
    sources: Sources
    application: str
    at: Instants
    hops: list[Hop] = field(default_factory=list)
    files: dict[str, LandingFile] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def follow(self, read: TableVersion, certainty: Certainty) -> None:
        if any(hop.read == read for hop in self.hops):
            return
        hop = self._hop(read, certainty)
        if hop is None:
            return
        self.hops.append(hop)
        if hop.run is None:
            self.unknown.append(f"the record knows no run that wrote {hop.written}")
            return
        for each in hop.run.inputs:
            if each.dataset.namespace == LANDING and each.version is not None:
                digest = each.version.removeprefix("sha256:")
                self.files[each.dataset.name] = LandingFile(
                    name=each.dataset.name, sha256=digest, load=hop.run
                )
            version = None if each.at is None else as_table_version(each.at)
            if version is not None and version.table != read.table:
                self.follow(version, each.certainty)

    def _hop(self, read: TableVersion, certainty: Certainty) -> Hop | None:
        """None where the table does not hold applications, or cannot be read."""
        try:
            if KEY not in {name for name, _ in self.sources.lake.fields(read)}:
                return None
            row = self._row(read)
            if row is None:
                self.unknown.append(f"{read} has no row of application {self.application}")
                return None
            loaded = self._load(read, row)
            first, run = loaded or self._first(read, row)
        except LakeproofError as error:
            self.unknown.append(f"{read} cannot be read any more: {error.message}")
            return None
        return Hop(read=read, written=first, certainty=certainty, run=run, row=row)

    def _row(self, version: TableVersion) -> dict[str, Any] | None:
        where = f"{KEY} = '{self.application.replace(chr(39), chr(39) * 2)}'"
        rows: list[dict[str, Any]] = self.sources.lake.read(version, where=where).to_pylist()
        return rows[0] if len(rows) == 1 else None

    def _load(self, read: TableVersion, row: dict[str, Any]) -> tuple[TableVersion, RunRecord] | None:
        """Where each row names the load that brought it, there is nothing to look for."""
        if LOAD not in row:
            return None
        try:
            run = self.sources.catalog.graph.run(RunId(UUID(str(row[LOAD]))), self.at)
        except (LakeproofError, ValueError):
            return None
        made = [version for version in written(run) if version.table == read.table]
        return (made[-1], run) if made else None

    def _first(self, read: TableVersion, row: dict[str, Any]) -> tuple[TableVersion, RunRecord | None]:
        """Step back while the row is the same."""
        first = read
        for number in range(read.version - 1, max(read.version - _FURTHEST, 0) - 1, -1):
            before = TableVersion(table=read.table, version=number)
            if self._row(before) != row:
                break
            first = before
        made = DatasetVersion(dataset=first.table.dataset, version=str(first.version))
        writers = self.sources.catalog.graph.runs_writing(made, self.at)
        return first, next(iter(writers), None)


def check_way(sources: Sources, way: Way) -> Iterator[Check]:
    """Whether each landing file still has the bytes that were loaded, and the way led to one at all."""
    for file in way.files:
        yield _check_file(sources.lake.root.parent / "landing", file)
    for what in way.unknown:
        yield not_checkable("way", "the application's way", what)
    if not way.files and not way.unknown:
        yield not_checkable("way", "the application's way", "it ends before a landing file")


def _check_file(landing: Path, file: LandingFile) -> Check:
    """Found by its name anywhere in the landing folder: senders sort their drops into folders of their own."""
    same_name = sorted(path for path in landing.rglob("*") if path.name == file.name and path.is_file())
    if not same_name:
        return not_checkable("landing-file", file.name, "the home's landing folder no longer holds it")
    digests = {sha256(path.read_bytes()) for path in same_name}
    if file.sha256 in digests:
        return verified("landing-file", file.name, f"still the bytes that were loaded, SHA-256 {file.sha256}")
    return failed(
        "landing-file", file.name, f"its SHA-256 is now {', '.join(sorted(digests))}, was {file.sha256}"
    )


def check_features(features: dict[str, float | None], way: Way) -> Iterator[Check]:
    """Whether the features that were scored are those of the row that the request named. Pure."""
    if not way.hops:
        return
    source = way.hops[0]
    apart = [
        f"{name} was {value}, the row has {_number(source.row[name])}"
        for name, value in features.items()
        if name in source.row and _number(source.row[name]) != value
    ]
    missing = [name for name in features if name not in source.row]
    if missing:
        yield not_checkable("features", source.read, f"it has no column {', '.join(sorted(missing))}")
    elif apart:
        yield failed("features", source.read, f"features differ from the row: {'; '.join(apart)}")
    else:
        yield verified(
            "features", source.read, f"{len(features)} features are those of the application's row"
        )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def known(hop: Hop) -> Certainty:
    """The worse of how the reading and how the writing is known."""
    order = list(Certainty)
    made = Certainty.UNKNOWN if hop.run is None else certainty_of(hop.run, hop.written)
    return max(hop.certainty, made, key=order.index)
