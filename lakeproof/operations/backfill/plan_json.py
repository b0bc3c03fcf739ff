"""A backfill plan as JSON, for review and for the log, and back. The plan's id is the digest of these bytes."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, ValidationError

from lakeproof.operations.backfill.plan import Affected, BackfillPlan, Step
from lakeproof.operations.backfill.slices import Slice
from lineage.canonical import Json, canonical, sha256
from lineage.errors import BadInput
from lineage.names import TableName, TableVersion


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Step(_Strict):
    model: str
    replaces: str
    reads: list[str]
    after: list[str]
    rows: int
    whole: bool


class _Affected(_Strict):
    models: list[str]
    predictions: int
    batches: list[str]


class _Plan(_Strict):
    because: str
    column: str
    values: list[str]
    bad: str
    good: str
    steps: list[_Step]
    affected: _Affected
    not_redone: list[str]
    code: str


def plan_json(plan: BackfillPlan) -> dict[str, Json]:
    """The plan as plain JSON; table versions as `schema.table@7`."""
    return _Plan(
        because=plan.because,
        column=plan.slice.column,
        values=list(plan.slice.values),
        bad=str(plan.bad),
        good=str(plan.good),
        steps=[
            _Step(
                model=step.model,
                replaces=str(step.replaces),
                reads=list(map(str, step.reads)),
                after=list(map(str, step.after)),
                rows=step.rows,
                whole=step.whole,
            )
            for step in plan.steps
        ],
        affected=_Affected(
            models=list(plan.affected.models),
            predictions=plan.affected.predictions,
            batches=list(plan.affected.batches),
        ),
        not_redone=list(plan.not_redone),
        code=plan.code,
    ).model_dump()


def plan_id(plan: BackfillPlan) -> str:
    """Twelve hexadecimal digits of the content's SHA-256."""
    return sha256(canonical(plan_json(plan)))[:12]


def read_plan(value: Mapping[str, Json]) -> BackfillPlan:
    """The plan that `plan_json` wrote. Raises BadInput naming every fault."""
    try:
        read = _Plan.model_validate(dict(value))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise BadInput(
            f"not a backfill plan: {faults}", next_move="make a new one: lakeproof backfill plan"
        ) from error
    return BackfillPlan(
        because=read.because,
        slice=Slice(column=read.column, values=tuple(read.values)),
        bad=TableVersion.parse(read.bad),
        good=TableVersion.parse(read.good),
        steps=tuple(
            Step(
                model=step.model,
                replaces=TableVersion.parse(step.replaces),
                reads=tuple(map(TableVersion.parse, step.reads)),
                after=tuple(map(TableName.parse, step.after)),
                rows=step.rows,
                whole=step.whole,
            )
            for step in read.steps
        ),
        affected=Affected(
            models=tuple(read.affected.models),
            predictions=read.affected.predictions,
            batches=tuple(read.affected.batches),
        ),
        not_redone=tuple(read.not_redone),
        code=read.code,
    )
