"""Look at the world a backfill is planned in: the graph downstream of the corrected table, and the lake."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit_app.questions.impact import find_impact
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from lakehouse.lake import Lake
from lakeproof import project
from lakeproof.operations.backfill.plan import Affected, Downstream, World
from lakeproof.operations.backfill.slices import Slice
from lakeproof.workspace import Workspace
from lineage.errors import NotFound
from lineage.graph import Direction, Level
from lineage.names import LAKE, DatasetVersion, TableName, TableVersion
from lineage.times import Instants

_OURS = "transformations.mortgage"  # the run of our dbt project, above those of its models
_ANSWERS = "inference."  # what a service answered is never built again


def look(workspace: Workspace, table: TableName, slice_: Slice, bad: TableVersion | None) -> World:
    """What stands on table now. `bad` left out is the version that the last correction of it replaced.

    Raises NotFound when the record knows no correction of the table and `bad` is left out.
    """
    at = workspace.catalog.log.resolve()
    lake = workspace.lake
    bad = lake.at(bad) if bad else last_corrected(workspace, table, at)
    told = find_impact(Sources(catalog=workspace.catalog, lake=lake), bad, at)
    return World(
        bad=bad,
        good=lake.newest(table),
        downstream={
            built.newest.table: _downstream(lake, built, slice_)
            for built in _built_below(workspace, table, at)
            if not built.job.startswith(_ANSWERS)
        },
        affected=Affected(models=told.models, predictions=told.predictions, batches=told.batches),
        code=project.environment().code,
    )


def last_corrected(workspace: Workspace, table: TableName, at: Instants) -> TableVersion:
    """The version that the last correction of table replaced. Raises NotFound when there is none."""
    found = [
        s
        for s in workspace.catalog.graph.supersessions(at)
        if s.version.dataset == table.dataset and s.version.version.isdecimal()
    ]
    if not found:
        raise NotFound(
            f"the record knows no correction of {table}",
            next_move="load one: lakeproof ingest CONTRACT FILE --correction WHY; or name --from-version",
        )
    return TableVersion(table=table, version=int(found[-1].version.version))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    newest: TableVersion
    job: str
    ours: bool
    reads: tuple[TableVersion, ...]


def _built_below(workspace: Workspace, table: TableName, at: Instants) -> Iterator[_Built]:
    below = workspace.catalog.graph.walk(table.dataset, direction=Direction.DOWN, level=Level.TABLE, at=at)
    lake = workspace.lake
    for node in below.nodes:
        if not node.id.startswith(f"{LAKE}/") or node.id == str(table.dataset):
            continue
        newest = lake.newest(TableName.parse(node.id.removeprefix(f"{LAKE}/")))
        run = _writer(workspace, newest, at)
        read = {i.dataset.table for i in run.inputs if i.dataset.table not in (None, newest.table)}
        yield _Built(
            newest=newest,
            job=run.job.name,
            ours=run.parent is not None and run.parent.job.name == _OURS,
            reads=tuple(sorted(lake.newest(table) for table in read if table is not None)),
        )


def _writer(workspace: Workspace, version: TableVersion, at: Instants) -> RunRecord:
    made = DatasetVersion(dataset=version.table.dataset, version=str(version.version))
    runs = workspace.catalog.graph.runs_writing(made, at)
    if not runs:
        raise NotFound(
            f"no run of the record explains {version}", next_move="find its writer first: lakeproof reconcile"
        )
    return runs[0]


def _downstream(lake: Lake, built: _Built, slice_: Slice) -> Downstream:
    sliced = slice_.column in {name for name, _ in lake.fields(built.newest)}
    rows = lake.read(built.newest, columns=[slice_.column], where=slice_.where).num_rows if sliced else 0
    return Downstream(
        newest=built.newest,
        reads=built.reads,
        model=built.newest.table.table if built.ours else None,
        rows=rows,
        total_rows=sum(file.rows or 0 for file in lake.files(built.newest)),
        sliced=sliced,
    )
