"""Step 1: 24 monthly drops under a data contract."""

from collections.abc import Iterator

from ingestion.errors import SchemaChanged
from lakeproof.demo.state import CONTRACT, Demo
from lakeproof.operations.work import ingest
from lineage.names import TableName

LOANS = TableName.parse("bronze.loan_applications")


def tell(demo: Demo) -> Iterator[str]:
    """Load every drop as it arrives: one is refused and sent again, one is quarantined in part, one comes twice."""
    loaded = quarantined = 0
    for path in demo.landing.arrivals:
        try:
            outcome = ingest(demo.engineer, CONTRACT, path)
        except SchemaChanged as refusal:
            yield f"refused whole: {refusal.message}; an alert is in the record"
            continue
        loaded, quarantined = loaded + outcome.loaded, quarantined + outcome.quarantined
        if path == demo.landing.resent:
            yield f"sent again corrected: {outcome}"
        if path == demo.landing.impossible:
            yield f"impossible values: {outcome}, each with its reasons"
        if path == demo.landing.halved:
            (demo.bad,) = (version for version in outcome.versions if version.table == LOANS)
    yield f"24 drops: {loaded} applications loaded, {quarantined} rows in quarantine; names and numbers are encrypted"
    yield f"loaded twice: {ingest(demo.engineer, CONTRACT, demo.landing.drops[0])}"
