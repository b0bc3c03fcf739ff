"""Step 5: the scoring service answers the last three months' applications over HTTP."""

import os
from collections.abc import Iterator

from lakeproof import project
from lakeproof.demo.origination import applications, ask
from lakeproof.demo.state import Demo, needed
from lakeproof.services.processes import running

FIRST_MONTH = "2025-10"
MODULE = "lakeproof.services.scoring"


def tell(demo: Demo) -> Iterator[str]:
    """Start the service as a process of its own, ask it, and let it file what it answered."""
    environment = {
        **os.environ,
        "LAKEPROOF_HOME": str(demo.engineer.home.root),
        "LAKEPROOF_SCORING_PORT": "0",
    }
    model = needed(demo.trained).model
    source, rows = applications(demo.engineer.lake, since=FIRST_MONTH)
    with running("scoring", [project.python(), "-m", MODULE], environment) as service:
        answered = ask(service.url, model.name, source, rows)
    denied = [answer for answer in answered if answer.decision == "deny"]
    demo.denied = denied[0].prediction
    yield f"{len(answered)} applications of {source} answered, {len(denied)} denied; each was on disk before it left"
    yield f"denied, for example {denied[0].application} ({denied[0].prediction}): {denied[0].reasons}"
    yield "one request without a feature was refused, and is recorded too"
