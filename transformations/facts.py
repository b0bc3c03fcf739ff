"""What one node read, tested and wrote, put into its run. Written is what is bound to it, never "newest"."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from lakehouse.lake import Commit, Lake
from lineage.certainty import NotCheckable
from lineage.columns import Fields, tables_read
from lineage.names import DatasetId, RunId, TableName, TableVersion
from lineage.recorder import RunInProgress
from transformations import facets
from transformations.leftovers import remove_empty_log
from transformations.nodes import Node, judged_tables
from transformations.pins import Pins, slice_of
from transformations.request import NodeOutcome, Status, TransformRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNode:
    """A node that dbt is working on. `existed`: its table was there before."""

    stack: ExitStack
    run: RunInProgress
    node: Node
    reads: tuple[TableVersion, ...]
    existed: bool


class Facts:
    """States the facts of each node of one build."""

    def __init__(self, manifest: Any, *, nodes: Mapping[str, Node], lake: Lake, pins: Pins) -> None:
        self._manifest = manifest
        self._nodes = nodes
        self._lake = lake
        self._pins = pins
        self._known_fields: dict[TableVersion, Fields] = {}

    def state(self, open_: OpenNode, outcome: NodeOutcome, request: TransformRequest) -> NodeOutcome:
        """Put them into the node's run; the outcome with what was written."""
        sql: str = getattr(self._manifest.nodes[open_.node.id], "compiled_code", None) or ""
        if sql:
            open_.run.describe("sql", facets.sql_facet(sql))
            self._as_compiled(open_, sql)
        if open_.node.table is None:
            return self._tested(open_, outcome)
        wrote, rows = self._written(open_, open_.node.table, sql)
        if not wrote:
            open_.run.touches(open_.node.table.dataset)
            if not open_.existed:
                remove_empty_log(self._lake, open_.node.table)
        for table in self._pins.known() if open_.node.hooks else ():
            if table != open_.node.table:
                wrote += self._written(open_, table, "")[0]
        if request.supersedes:
            self._supersede(open_, wrote, request)
        return replace(outcome, wrote=wrote, rows=rows)

    def state_hooks(self, run: RunInProgress) -> None:
        """What hooks before and after the whole build committed, which is bound to the build's own run."""
        if not any(node.resource_type.value == "operation" for node in self._manifest.nodes.values()):
            return
        for table in self._lake.tables():
            commits = self._commits(table, run.id)
            if commits:
                wrote = [TableVersion(table=table, version=commit.version) for commit in commits]
                run.writes_table(wrote, rows=_changed(commits))

    def _as_compiled(self, open_: OpenNode, sql: str) -> None:
        """The compiled SQL has the last word on versions: what it reads unpinned is not stated as pinned."""
        found = tables_read(sql)
        named: dict[DatasetId, set[str | None]] = {}
        for read in () if isinstance(found, NotCheckable) else found:
            if read.name.count(".") == 1 and read.name != str(open_.node.table):
                version = None if read.version is None else str(read.version)
                named.setdefault(TableName.parse(read.name).dataset, set()).add(version)
        inputs = open_.run.inputs
        for dataset, versions in named.items():
            for key in [key for key in inputs if key[0] == dataset and key[1] not in versions]:
                del inputs[key]
            for version in versions:
                if (dataset, version) not in inputs:
                    open_.run.reads(dataset, version)

    def _tested(self, open_: OpenNode, outcome: NodeOutcome) -> NodeOutcome:
        about = judged_tables(open_.node, self._nodes)
        result = facets.assertions_facet(
            open_.node, success=outcome.status is Status.OK, warned=outcome.status is Status.WARNED
        )
        for (dataset, _), read in open_.run.inputs.items():
            if dataset.table in about:
                read.inputFacets = result
        if outcome.status is not Status.OK:
            versions = [version for version in open_.reads if version.table in about]
            open_.run.note("lakeproof_findings", facets.failed_test(open_.node, versions, outcome.message))
        return replace(outcome, table=about[0] if about else None)

    def _written(
        self, open_: OpenNode, table: TableName, sql: str
    ) -> tuple[tuple[TableVersion, ...], int | None]:
        """State what the run committed to the table: versions, oldest first, and the rows they changed."""
        commits = self._commits(table, open_.run.id)
        if not commits:
            return (), 0
        wrote = tuple(TableVersion(table=table, version=commit.version) for commit in commits)
        rows = _changed(commits)
        self._pins.moved(wrote[-1])
        stated: dict[str, Any] = {}
        if table == open_.node.table:
            fields = self._fields(wrote[-1])
            sources = facets.sources_of(sql, self._schemas(open_), fields) if sql else None
            stated = facets.output_facets(open_.node, fields, sources)
        stated |= facets.lifecycle_facet([commit.operation for commit in commits], wrote[0].version)
        open_.run.writes_table(wrote, rows=rows, **stated)
        return wrote, rows

    def _supersede(self, open_: OpenNode, wrote: tuple[TableVersion, ...], request: TransformRequest) -> None:
        own = [version for version in wrote if version.table == open_.node.table]
        if own and own[0].version > 0:
            before = TableVersion(table=own[0].table, version=own[0].version - 1)
            where = slice_of(open_.node, request.months)
            open_.run.note("lakeproof_supersedes", facets.supersedes_facet(request.supersedes, before, where))

    def _commits(self, table: TableName, run: RunId) -> tuple[Commit, ...]:
        if not self._lake.exists(table):
            return ()
        return tuple(commit for commit in self._lake.history(table) if commit.run == run)

    def _schemas(self, open_: OpenNode) -> Mapping[DatasetId, Fields]:
        return {version.table.dataset: self._fields(version) for version in open_.reads}

    def _fields(self, version: TableVersion) -> Fields:
        if version not in self._known_fields:
            self._known_fields[version] = self._lake.fields(version)
        return self._known_fields[version]


def _changed(commits: tuple[Commit, ...]) -> int | None:
    """Rows that the commits wrote, changed or deleted; None when the engine does not say."""
    total: int | None = None
    for commit in commits:
        names = ["numOutputRows"]
        if commit.operation == "MERGE":
            names = ["numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted"]
        counts = [count for name in names if isinstance(count := commit.metrics.get(name), int)]
        total = sum(counts, total or 0) if counts else total
    return total
