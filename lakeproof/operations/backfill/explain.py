"""A backfill plan as lines a person reads before it is applied."""

from lakeproof.operations.backfill.plan import BackfillPlan, Step
from lineage.names import at_versions


def explain(id_: str, plan: BackfillPlan) -> list[str]:
    """What will be done, in order, then what will not."""
    return [
        f"backfill {id_}: {plan.because}",
        f"  where {plan.slice.where}; {plan.bad} was bad, {plan.good} is right; code {plan.code}",
        *(f"  {number}. {_step(step)}" for number, step in enumerate(plan.steps, start=1)),
        *(f"  not redone: {reason}" for reason in plan.not_redone),
        f"  apply it with `lakeproof backfill apply {id_}`",
    ]


def _step(step: Step) -> str:
    extent = "the whole table, which cannot be cut by this slice" if step.whole else "the slice"
    reads = [at_versions(step.reads)] if step.reads else []
    reads += [f"{table} as rebuilt" for table in step.after]
    return f"{step.model}: rebuild {extent} ({step.rows} rows) from {', '.join(reads)}, superseding {step.replaces}"
