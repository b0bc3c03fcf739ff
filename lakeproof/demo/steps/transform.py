"""Step 2: dbt on Spark with Delta, each node a run with its versions and columns."""

from collections.abc import Iterator

from lakeproof.demo.state import Demo
from lakeproof.operations.work import transform
from lineage.errors import Refused
from lineage.names import at_versions
from transformations.request import TransformRequest


def tell(demo: Demo) -> Iterator[str]:
    """Build the project of the demo."""
    outcome = transform(demo.engineer, TransformRequest())
    if not outcome.ok:
        failed = "; ".join(f"{node.name}: {node.message}" for node in outcome.failed)
        raise Refused(f"dbt failed: {failed}", next_move="read the log above")
    tests = [node for node in outcome.nodes if node.kind == "test"]
    yield f"built {at_versions(outcome.wrote)}"
    yield f"{len(tests)} tests passed and are in the record as assertions; every column knows its sources"
