"""Do exactly what a plan says, once; or say where the world has moved since."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from lakehouse.tables import partition_columns
from lakeproof.operations.backfill.plan import BackfillPlan, plan_backfill, stale
from lakeproof.operations.backfill.plan_json import plan_id, plan_json, read_plan
from lakeproof.operations.backfill.slices import parse_slice
from lakeproof.operations.backfill.world import look
from lakeproof.operations.work import transform
from lakeproof.workspace import Workspace
from lineage.errors import NotFound, Refused
from lineage.names import RunId, TableName, TableVersion
from transformations.request import TransformRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a backfill made. `already` when an earlier apply of the same plan had made it."""

    id: str
    versions: tuple[TableVersion, ...]
    already: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a user asks a plan for."""

    table: TableName
    where: str
    because: str
    bad: TableVersion | None = None


def make_plan(workspace: Workspace, correction: Correction) -> tuple[str, BackfillPlan]:
    """Plan a correction and keep the plan in the log; its id and itself."""
    lake = workspace.lake
    partitions = partition_columns(lake, lake.newest(correction.table))
    slice_ = parse_slice(correction.where, partitions=partitions)
    plan = plan_backfill(
        correction.because, slice_, look(workspace, correction.table, slice_, correction.bad)
    )
    id_ = plan_id(plan)
    workspace.catalog.log.append(
        "backfill-plan", {"id": id_, "plan": plan_json(plan)}, actor=workspace.actor, event_id=f"plan/{id_}"
    )
    return id_, plan


def kept_plan(workspace: Workspace, id_: str) -> BackfillPlan:
    """A plan made earlier. Raises NotFound."""
    for entry in workspace.catalog.log.entries(kind="backfill-plan"):
        if entry.body()["id"] == id_:
            return read_plan(entry.body()["plan"])
    raise NotFound(
        f"there is no backfill plan {id_}", next_move="make one: lakeproof backfill plan --table …"
    )


def apply_plan(workspace: Workspace, id_: str) -> Applied:
    """Rebuild the plan's slices from the plan's versions. Raises NotFound; Refused when stale or a step fails."""
    plan = kept_plan(workspace, id_)
    for entry in workspace.catalog.log.entries(kind="backfill-applied"):
        if entry.body()["id"] == id_:
            versions = tuple(map(TableVersion.parse, entry.body()["versions"]))
            return Applied(id=id_, versions=versions, already=True)
    _refuse_stale(workspace, id_, plan)
    pinned = {plan.good, *(version for step in plan.steps for version in step.reads)}
    outcome = transform(
        workspace,
        TransformRequest(
            select=" ".join(step.model for step in plan.steps),
            at=tuple(sorted(pinned)),
            months=plan.slice.values,
            supersedes=plan.because,
            run_id=_run_of(id_),
        ),
    )
    if not outcome.ok:
        failed = ", ".join(node.name for node in outcome.failed)
        raise Refused(
            f"backfill {id_} stopped at {failed}; what was built before it stands, superseding what it replaced",
            next_move="mend the cause, then plan again: lakeproof backfill plan",
        )
    payload = {"id": id_, "versions": [str(version) for version in outcome.wrote], "run": str(outcome.run.id)}
    workspace.catalog.log.append(
        "backfill-applied", payload, actor=workspace.actor, event_id=f"applied/{id_}"
    )
    return Applied(id=id_, versions=outcome.wrote, already=False)


def _refuse_stale(workspace: Workspace, id_: str, plan: BackfillPlan) -> None:
    expected = [plan.good, *(step.replaces for step in plan.steps)]
    moved = stale(
        plan, {version.table: _newest_but_for(workspace, version, _run_of(id_)) for version in expected}
    )
    if moved:
        raise Refused(
            f"backfill {id_} is stale: {'; '.join(moved)}",
            next_move="plan again: lakeproof backfill plan",
        )


def _newest_but_for(workspace: Workspace, known: TableVersion, apply: RunId) -> TableVersion:
    """The newest version of known's table, leaving out what an apply of this very plan wrote before it was killed."""
    later = [
        commit.version
        for commit in workspace.lake.history(known.table)
        if commit.version > known.version and not _belongs(workspace, commit.run, apply)
    ]
    return TableVersion(table=known.table, version=max(later, default=known.version))


def _belongs(workspace: Workspace, run: RunId | None, apply: RunId) -> bool:
    if run is None:
        return False
    try:
        parent = workspace.catalog.graph.run(run, workspace.catalog.log.resolve()).parent
    except NotFound:
        return False
    return parent is not None and parent.id == apply


def _run_of(id_: str) -> RunId:
    """The same plan is the same run, so that a restart after a kill goes on with it."""
    return RunId(uuid5(NAMESPACE_URL, f"urn:lakeproof:backfill:{id_}"))
