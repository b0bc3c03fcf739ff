"""Step 3: a Kubeflow pipeline, its gate, and a registered model."""

from collections.abc import Iterator

from lakeproof.demo.state import Demo
from lakeproof.operations.work import train
from lineage.actors import Role
from lineage.names import at_versions

PEOPLE = {"tess": Role.TRAINER, "anna": Role.APPROVER, "audrey": Role.AUDITOR}


def tell(demo: Demo) -> Iterator[str]:
    """Make the people, then train as one of them."""
    for name, role in PEOPLE.items():
        token = demo.engineer.catalog.actors.add(name, role, by=demo.engineer.actor)
        demo.people[name] = demo.engineer.acting_as(token)
    outcome = demo.trained = train(demo.people["tess"], "mortgage", {})
    yield f"{outcome.model}, trained by tess on {at_versions(outcome.pins)}, which are pinned"
    yield f"model digest {outcome.digest[:16]}…; " + ", ".join(
        f"{name} {value:.3f}" for name, value in outcome.metrics.items()
    )
    for finding in outcome.findings:
        yield f"finding ({finding.severity}): {finding.message}"
