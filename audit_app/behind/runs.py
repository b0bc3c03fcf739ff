"""A run as a passport tells it: who, when, which code and environment, what it read and wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit_app.checks import Check, failed, verified
from audit_app.naming import spoken
from audit_app.sources import Sources
from catalog.graph.records import RunDataset, RunRecord
from lakehouse.lake import Commit
from lineage.canonical import Json
from lineage.certainty import Certainty
from lineage.errors import LakeproofError
from lineage.names import RunId, TableName, TableVersion
from lineage.times import render_moment


def run_json(run: RunRecord) -> dict[str, Json]:
    """Keys: id, job, state, started_at, ended_at, actor, code, lock_sha256, python, platform, inputs and
    outputs [{"name", "certainty"}], parent, error, entries.
    """
    environment = run.facets.get("lakeproof_environment", {})
    return {
        "id": str(run.id),
        "job": run.job.name,
        "state": run.state.value,
        "started_at": None if run.started_at is None else render_moment(run.started_at),
        "ended_at": None if run.ended_at is None else render_moment(run.ended_at),
        "actor": run.actor,
        **{key: environment.get(key) for key in ("code", "lock_sha256", "python", "platform")},
        "inputs": [_dataset(each) for each in run.inputs],
        "outputs": [_dataset(each) for each in run.outputs],
        "parent": None if run.parent is None else str(run.parent.id),
        "error": run.error,
        "entries": list(run.entries),
    }


def _dataset(dataset: RunDataset) -> dict[str, Json]:
    at = dataset.at
    return {"name": dataset.dataset.name if at is None else spoken(at), "certainty": dataset.certainty.value}


def details(run: RunRecord, kind: str) -> dict[str, Any]:
    """What the run's details facet states under this kind; empty when it states none."""
    facet = run.facets.get("lakeproof_details", {})
    return dict(facet.get("details", {})) if facet.get("kind") == kind else {}


def written(run: RunRecord) -> tuple[TableVersion, ...]:
    """Every table version the run declares to have committed, in the order of its outputs."""
    return tuple(version for output in run.outputs for version in _committed(output))


def _committed(output: RunDataset) -> Iterator[TableVersion]:
    table = output.dataset.table
    if table is None or output.version is None or not output.version.isdecimal():
        return
    stated = output.facets.get("lakeproof_commits", {}).get("versions", [int(output.version)])
    yield from (TableVersion(table=table, version=number) for number in stated)


def certainty_of(run: RunRecord, version: TableVersion) -> Certainty:
    """How the run's reading or writing of version is known."""
    for each in (*run.outputs, *run.inputs):
        if each.dataset.table == version.table and each.version == str(version.version):
            return each.certainty
    return Certainty.DECLARED if version in written(run) else Certainty.UNKNOWN


@dataclass(slots=True, kw_only=True)
class Commits:
    """The commits of tables, each table's history read once."""

    sources: Sources
    _read: dict[TableName, dict[int, Commit]] = field(default_factory=dict)

    def of(self, table: TableName) -> dict[int, Commit]:
        """Raises NotFound, DamagedTable."""
        if table not in self._read:
            self._read[table] = {each.version: each for each in self.sources.lake.history(table)}
        return self._read[table]

    def agree(self, run: RunRecord) -> Iterator[Check]:
        """Whether each commit that the run declares is bound to it in the table's own log."""
        for version in written(run):
            try:
                commit = self.of(version.table).get(version.version)
            except LakeproofError as error:
                yield failed("binding", version, f"its commit cannot be read: {error.message}")
                continue
            yield _agrees(version, run.id, commit)


def _agrees(version: TableVersion, run: RunId, commit: Commit | None) -> Check:
    if commit is None:
        return failed("binding", version, f"run {run} declares it, but the table's log has no such commit")
    if commit.run != run:
        bound = f"run {commit.run}" if commit.run else "no run"
        return failed("binding", version, f"run {run} declares it, but its commit is bound to {bound}")
    return verified("binding", version, f"the table's own log binds this commit to run {run}")
