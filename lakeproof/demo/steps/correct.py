"""Step 6: a late correction arrives; plan, apply, and see what had stood on the bad version."""

from collections.abc import Iterator

from lakeproof.demo.faults import HALVED_MONTH
from lakeproof.demo.state import CONTRACT, Demo, needed
from lakeproof.demo.steps.ingest import LOANS
from lakeproof.operations.backfill.apply import Correction, apply_plan, make_plan
from lakeproof.operations.work import ingest
from lineage.names import at_versions

BECAUSE = f"the core system halved both debt ratios in the drop of {HALVED_MONTH}"


def tell(demo: Demo) -> Iterator[str]:
    """Load the corrected month, then carry it downstream by plan."""
    outcome = ingest(demo.engineer, CONTRACT, demo.landing.correction, correction=BECAUSE)
    yield f"{outcome}; {needed(demo.bad)} stays readable"
    id_, plan = make_plan(
        demo.engineer, Correction(table=LOANS, where=f"drop_month = '{HALVED_MONTH}'", because=BECAUSE)
    )
    replaced = at_versions([step.replaces for step in plan.steps])
    rows = sum(step.rows for step in plan.steps)
    yield f"plan {id_}: rebuild {rows} rows in {len(plan.steps)} tables, superseding {replaced}"
    applied = apply_plan(demo.engineer, id_)
    yield f"applied: made {at_versions(applied.versions)}; the record says they supersede, nothing was rewritten"
    affected = plan.affected
    yield f"stood on the bad version: {', '.join(affected.models)} and {affected.predictions} predictions"
