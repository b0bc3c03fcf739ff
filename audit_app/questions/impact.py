"""What stands on a table version: tables, models, deployments, predictions, reports. Question 9.

The graph is followed downstream at the level of versions and never across a correction; predictions are then
counted twice, as the batches' runs state them and as `serving.predictions` holds them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa

from audit_app.naming import as_table_version, run_of, spoken, version_of
from audit_app.sources import Sources
from catalog.graph.records import RunRecord, Supersession
from catalog.log.entry import Entry
from lineage.answers import Answer
from lineage.canonical import Json
from lineage.certainty import Certainty, Coverage, Failed, NotCheckable, Verdict, Verified
from lineage.errors import LakeproofError, NotFound
from lineage.graph import Graph, NodeKind
from lineage.names import DatasetVersion, RunId, TableName, TableVersion
from lineage.times import Instants, render_moment

PREDICTIONS = TableName(schema="serving", table="predictions")
_GRAIN = (
    "counted by table versions: whatever read an affected version counts as standing on it, "
    "whether or not it used the wrong rows"
)
_GOES_ON = "its lineage downwards, by versions, has all of it page by page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """`run` said that the slice `where` of `version` is no longer believed; it made `made` in its place."""

    version: TableVersion
    where: str
    because: str
    run: RunId
    since: str
    made: tuple[TableVersion, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "version": str(self.version),
            "where": self.where,
            "because": self.because,
            "run": str(self.run),
            "since": self.since,
            "made": [str(version) for version in self.made],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The blast radius of `version`. `tables` leaves out the version itself; batches are run ids.

    `others` are foreign datasets by their ids, at a version where one is declared.
    `predictions` and `denied` count rows of serving.predictions. `cut` says what a limit left out.
    """

    version: TableVersion | DatasetVersion
    tables: tuple[TableVersion, ...]
    others: tuple[str, ...]
    models: tuple[str, ...]
    deployments: tuple[str, ...]
    batches: tuple[str, ...]
    runs: tuple[str, ...]
    predictions: int
    denied: int
    reports: tuple[str, ...]
    corrected_by: tuple[Correction, ...]
    coverage: Coverage
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Predictions of the affected batches: as stated by their runs, as found in the table."""

    stated: int
    found: int
    denied: int
    ids: frozenset[str]
    verdict: Verdict


def find_impact(sources: Sources, version: TableVersion | DatasetVersion, at: Instants) -> Impact:
    """Everything that stands on version. Raises NotFound when neither the record nor the lake knows it."""
    graph = _walk(sources, version, at)
    named = [found for node in graph.nodes if (found := version_of(node)) is not None]
    tables = tuple(sorted(table for each in named if (table := as_table_version(each)) is not None))
    batches = _batches(sources, graph, at)
    counted = _count(sources, batches, at)
    versions = {*tables, *((version,) if isinstance(version, TableVersion) else ())}
    exported = _reports(
        sources.catalog.log.entries("export", upto=at.log_size),
        counted.ids,
        {str(version), *map(str, tables)},
    )
    return Impact(
        version=version,
        tables=tuple(each for each in tables if each != version),
        others=tuple(
            node.id
            for node in graph.nodes
            if node.kind is NodeKind.DATASET and str(version) not in (node.id, *node.also)
        ),
        models=_of_kind(named, graph, NodeKind.MODEL),
        deployments=_of_kind(named, graph, NodeKind.DEPLOYMENT),
        batches=tuple(sorted(str(batch.id) for batch in batches)),
        runs=tuple(sorted(run for node in graph.nodes if (run := run_of(node)) is not None)),
        predictions=counted.found,
        denied=counted.denied,
        reports=tuple(sorted({*_of_kind(named, graph, NodeKind.REPORT), *exported})),
        corrected_by=tuple(corrections(sources, versions, at)),
        coverage=_coverage(graph, counted),
        cut=tuple(f"{text}; {_GOES_ON}" for text in graph.cut),
    )


def impact(sources: Sources, version: TableVersion | DatasetVersion, at: Instants) -> Answer:
    """`find_impact` as an answer.

    Keys: version, tables ["gold.x@3", or a foreign one's id], models ["m@1"], deployments ["m#1"],
    batches [run id], runs [run id], predictions {"count", "denied"}, reports [name], corrected_by [{"version",
    "where", "because", "run", "since", "made"}], cut [text].
    """
    found = find_impact(sources, version, at)
    return Answer(
        question="impact",
        parameters={"table_version": str(version)},
        at=at,
        coverage=found.coverage,
        answer={
            "version": str(found.version),
            "tables": [*map(str, found.tables), *found.others],
            "models": list(found.models),
            "deployments": list(found.deployments),
            "batches": list(found.batches),
            "runs": list(found.runs),
            "predictions": {"count": found.predictions, "denied": found.denied},
            "reports": list(found.reports),
            "corrected_by": [correction.to_json() for correction in found.corrected_by],
            "cut": list(found.cut),
        },
    )


def corrections(sources: Sources, versions: set[TableVersion], at: Instants) -> Iterable[Correction]:
    """The corrections that replaced one of versions, in the order they were recorded."""
    for stated in sources.catalog.graph.supersessions(at):
        superseded = as_table_version(stated.version)
        if superseded in versions:
            yield correction_of(sources, stated, superseded, at)


def correction_of(
    sources: Sources, stated: Supersession, superseded: TableVersion, at: Instants
) -> Correction:
    """A supersession with what its run made of the same table."""
    run = sources.catalog.graph.run(stated.run, at)
    written = [each for output in run.outputs if output.at and (each := as_table_version(output.at))]
    return Correction(
        version=superseded,
        where=stated.where,
        because=stated.because,
        run=stated.run,
        since=render_moment(stated.since),
        made=tuple(each for each in written if each.table == superseded.table),
    )


def _walk(sources: Sources, version: TableVersion | DatasetVersion, at: Instants) -> Graph:
    if isinstance(version, DatasetVersion):
        return sources.catalog.graph.impact_walk(version, at)
    start = DatasetVersion(dataset=version.table.dataset, version=str(version.version))
    try:
        return sources.catalog.graph.impact_walk(start, at)
    except NotFound as unknown:
        sources.lake.at(version)  # a version that does not exist at all has the better message
        raise NotFound(
            f"{version} is in the lake, but {unknown.message}",
            next_move="find its writer: lakeproof reconcile; or ask at a later time",
        ) from unknown


def _batches(sources: Sources, graph: Graph, at: Instants) -> list[RunRecord]:
    """The runs of graph that wrote predictions and say how many."""
    prefix = f"{PREDICTIONS.dataset}@"
    writers = {
        edge.run
        for edge in graph.edges
        if edge.target.startswith(prefix) and edge.source == f"run/{edge.run}"
    }
    runs = [sources.catalog.graph.run(RunId(UUID(run)), at) for run in sorted(filter(None, writers))]
    return [run for run in runs if batch_details(run)]


def batch_details(run: RunRecord) -> dict[str, Json]:
    """What a batch's run states of its predictions; empty when the run is no batch."""
    facet = run.facets.get("lakeproof_details", {})
    return dict(facet.get("details", {})) if facet.get("kind") == "batch" else {}


def _count(sources: Sources, batches: Sequence[RunRecord], at: Instants) -> Counted:
    stated = sum(int(str(batch_details(batch).get("count", 0))) for batch in batches)
    if not batches:
        return Counted(stated=0, found=0, denied=0, ids=frozenset(), verdict=Verified())
    try:
        newest = newest_known(sources, PREDICTIONS, at)
        rows = sources.lake.read(newest, columns=["prediction_id", "batch", "decision"])
    except LakeproofError as error:
        unread = NotCheckable(reason=f"predictions are as their batches state them, for {error.message}")
        return Counted(stated=stated, found=stated, denied=0, ids=frozenset(), verdict=unread)
    return compare(rows, [str(batch.id) for batch in batches], stated)


def compare(rows: pa.Table, batches: Sequence[str], stated: int) -> Counted:
    """Count the batches' rows (prediction_id, batch, decision), and hold the count against what was stated."""
    wanted = set(batches)
    mine = [row for row in rows.to_pylist() if row["batch"] in wanted]
    decisions = Counter(row["decision"] for row in mine)
    verdict: Verdict = Verified(notes=(f"{len(mine)} predictions in {PREDICTIONS}, as their batches state",))
    if len(mine) != stated:
        verdict = Failed(
            reason=f"the batches state {stated} predictions, {PREDICTIONS} holds {len(mine)} of them"
        )
    return Counted(
        stated=stated,
        found=len(mine),
        denied=decisions["deny"],
        ids=frozenset(row["prediction_id"] for row in mine),
        verdict=verdict,
    )


def newest_known(sources: Sources, table: TableName, at: Instants) -> TableVersion:
    """The highest version of table that the record knows at those times. Raises NotFound when it knows none."""
    known = [as_table_version(each.version) for each in sources.catalog.graph.versions(table.dataset, at)]
    versions = [version for version in known if version is not None]
    if not versions:
        raise NotFound(
            f"the record knows no version of {table} as of {render_moment(at.as_of)}",
            next_move="ask at a later time",
        )
    return max(versions)


def _of_kind(named: Sequence[DatasetVersion], graph: Graph, kind: NodeKind) -> tuple[str, ...]:
    ids = {node.id for node in graph.nodes if node.kind is kind}
    return tuple(sorted(spoken(version) for version in named if str(version) in ids))


def _reports(entries: Iterable[Entry], predictions: frozenset[str], versions: set[str]) -> set[str]:
    """The exported packs that answer for one of the predictions or versions."""
    names = versions | predictions
    exported = [entry.body() for entry in entries]
    return {
        f"{body['report']}/{str(body['pack_sha256'])[:16]}"
        for body in exported
        if names & {str(value) for value in body.get("parameters", {}).values()}
    }


def _coverage(graph: Graph, counted: Counted) -> Coverage:
    notes = [_GRAIN]
    unsure = sum(edge.certainty is Certainty.UNKNOWN for edge in graph.edges)
    if unsure:
        notes.append(f"{unsure} of {len(graph.edges)} edges rest on versions that nobody declared")
    notes.append("who reads the lake's files past Lakeproof is not in the record")
    verdict = counted.verdict
    if graph.cut:
        notes += [f"{text}; {_GOES_ON}" for text in graph.cut]
        if isinstance(verdict, Verified):
            verdict = NotCheckable(reason="more stands on it than is counted here, for the graph was cut")
    return Coverage(verdict=verdict, complete=not graph.cut, notes=tuple(notes))
