"""Which corrections superseded something that a prediction stood on: its application's row, or its training."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit_app.behind.way import KEY
from audit_app.naming import as_table_version, table_version_of
from audit_app.questions.impact import Correction, correction_of
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from lineage.canonical import Json
from lineage.errors import LakeproofError
from lineage.graph import Direction, Level
from lineage.names import TableVersion
from lineage.times import Instants


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A correction of something stood on. `stood_on` is the version; `as_` is `application` or `training`.

    `rows`: how many rows of the corrected slice it held, of the application alone or of all; None if unread.
    """

    correction: Correction
    stood_on: TableVersion
    as_: str
    rows: int | None

    def to_json(self) -> dict[str, Json]:
        told = self.correction.to_json()
        return {**told, "stood_on": str(self.stood_on), "as": self.as_, "rows": self.rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodOn:
    """Versions of each kind; a table may be there at several versions."""

    application: frozenset[TableVersion]
    training: frozenset[TableVersion]


def training_closure(sources: Sources, runs: Iterable[RunRecord], at: Instants) -> frozenset[TableVersion]:
    """Everything upstream of what a training's runs read, that included; as few walks as cover it."""
    found: set[TableVersion] = set()
    for run in sorted(runs, key=lambda run: len(run.inputs), reverse=True):
        read = {version for each in run.inputs if each.at and (version := as_table_version(each.at))}
        if read - found:
            found |= read
            graph = sources.catalog.graph.walk(run.id, direction=Direction.UP, level=Level.VERSION, at=at)
            found |= {each for node in graph.nodes if (each := table_version_of(node)) is not None}
    return frozenset(found)


def find_touched(
    sources: Sources, stood_on: StoodOn, application: str | None, at: Instants
) -> tuple[Touched, ...]:
    """The corrections known at those times whose slice was in what was stood on."""
    found = []
    for stated in sources.catalog.graph.supersessions(at):
        superseded = as_table_version(stated.version)
        if superseded is None:
            continue
        for kind, versions in (("application", stood_on.application), ("training", stood_on.training)):
            version = reached(superseded, versions)
            if version is None:
                continue
            only = application if kind == "application" else None
            rows = _rows(sources, version, stated.where, only)
            if rows != 0:
                correction = correction_of(sources, stated, superseded, at)
                found.append(Touched(correction=correction, stood_on=version, as_=kind, rows=rows))
    return tuple(found)


def reached(superseded: TableVersion, versions: Iterable[TableVersion]) -> TableVersion | None:
    """The newest of versions that still carried what `superseded` had when it was replaced. Pure."""
    earlier = (version for version in versions if version.table == superseded.table)
    return max((version for version in earlier if version.version <= superseded.version), default=None)


def _rows(sources: Sources, version: TableVersion, where: str, application: str | None) -> int | None:
    """How many rows of the slice the version held; None when it cannot be read, or not by this condition."""
    conditions = [f"({where})"] if where else []
    if application is not None:
        conditions.append(f"{KEY} = '{application.replace(chr(39), chr(39) * 2)}'")
    try:
        columns = [sources.lake.fields(version)[0][0]]
        rows = sources.lake.read(version, columns=columns, where=" and ".join(conditions) or None)
        return int(rows.num_rows)
    except LakeproofError:
        return None
