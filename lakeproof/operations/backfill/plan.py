"""Decide which slices of which tables a correction rewrites, and from which versions. Nothing is read or written.

The plan is data: `show` prints it and `apply` does exactly it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from lakeproof.operations.backfill.slices import Slice
from lineage.errors import BadInput
from lineage.names import TableName, TableVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstream:
    """A table that stands on the corrected one, as the graph and the lake know it now.

    `model` is the dbt model of our project that builds it; None when another job does. `rows` are those of the
    slice in the newest version, `sliced` whether the slice's column is a column of the table; `reads` are the
    newest versions of what the model reads, itself excluded.
    """

    newest: TableVersion
    reads: tuple[TableVersion, ...]
    model: str | None
    rows: int
    total_rows: int
    sliced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What stood on the bad version and is never rewritten: `models` as `mortgage@1`, predictions counted."""

    models: tuple[str, ...]
    predictions: int
    batches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything the decision looks at. `bad` is the last version before the correction, `good` the one after."""

    bad: TableVersion
    good: TableVersion
    downstream: Mapping[TableName, Downstream]
    affected: Affected
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Rebuild a slice of one table (or all of it when `whole`), reading these versions, replacing that one.

    A table built earlier in the plan is read at the version that step makes; `after` names those tables.
    """

    model: str
    replaces: TableVersion
    reads: tuple[TableVersion, ...]
    after: tuple[TableName, ...]
    rows: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPlan:
    """What will be done, in order, and what will not, and why."""

    because: str
    slice: Slice
    bad: TableVersion
    good: TableVersion
    steps: tuple[Step, ...]
    affected: Affected
    not_redone: tuple[str, ...]
    code: str


def plan_backfill(because: str, slice_: Slice, world: World) -> BackfillPlan:
    """The steps in dependency order. Raises BadInput when nothing was corrected."""
    if world.bad == world.good:
        raise BadInput(
            f"{world.good} is still the version to be corrected",
            next_move="load the correction first: lakeproof ingest CONTRACT FILE --correction 'why'",
        )
    order = TopologicalSorter(
        {
            table: [read.table for read in found.reads if read.table in world.downstream]
            for table, found in world.downstream.items()
        }
    )
    steps = []
    left = []
    for table in order.static_order():
        found = world.downstream[table]
        if found.model is None:
            left.append(f"{table} is not built by the dbt project of the demo: its own job must be run again")
            continue
        steps.append(_step(found, world))
    left += [
        f"{model} was trained on it: train again and have it approved" for model in world.affected.models
    ]
    if world.affected.predictions:
        left.append(
            f"{world.affected.predictions} predictions were answered on it: decisions stay as they were made"
        )
    return BackfillPlan(
        because=because,
        slice=slice_,
        bad=world.bad,
        good=world.good,
        steps=tuple(steps),
        affected=world.affected,
        not_redone=tuple(left),
        code=world.code,
    )


def stale(plan: BackfillPlan, newest: Mapping[TableName, TableVersion]) -> tuple[str, ...]:
    """Where the world has moved since the plan was made; empty when it has not."""
    expected = [plan.good, *(step.replaces for step in plan.steps)]
    return tuple(
        f"{version.table} is at version {newest[version.table].version}, the plan knows {version.version}"
        for version in expected
        if newest[version.table] != version
    )


def _step(found: Downstream, world: World) -> Step:
    return Step(
        model=found.model or "",
        replaces=found.newest,
        reads=tuple(read for read in found.reads if read.table not in world.downstream),
        after=tuple(read.table for read in found.reads if read.table in world.downstream),
        rows=found.rows if found.sliced else found.total_rows,
        whole=not found.sliced,
    )
