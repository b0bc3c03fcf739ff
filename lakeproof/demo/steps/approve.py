"""Step 4: four eyes, then into service."""

from collections.abc import Iterator

from lakeproof.demo.state import Demo, needed
from lakeproof.operations import models
from lineage.errors import Denied, Fault


def tell(demo: Demo) -> Iterator[str]:
    """The trainer tries first and is refused; the approver approves; the engineer deploys."""
    model = needed(demo.trained).model
    try:
        models.approve(demo.people["tess"], model, "I trained it and it is good")
    except Denied as refusal:
        yield f"refused, and the refusal is recorded: {refusal.message}"
    else:
        raise Fault("the trainer's own approval was not refused", next_move="report this")
    models.approve(
        demo.people["anna"], model, "read the card: discrimination, calibration and fairness by group"
    )
    yield f"{model} is approved by anna and serves as {models.deploy(demo.engineer, model)}"
