"""The aspects' process: `python -m lakeproof.services.aspects`, settings from the environment.

Started by the catalog service. It follows the log and nothing else, so it may be killed at any moment. Whoever sends
events has the processor first.
"""

import os
import sys
from contextlib import closing

from catalog.aspects.projector import Aspects
from catalog.store import Store
from lakeproof.services.companion import work_when_called
from lakeproof.settings import read_settings
from lineage.errors import LakeproofError

_NICE = (
    10  # a tenth of the processor's time where others want it: enough to let go soon of what they wait for
)
_SELDOM = 1.0  # seconds after which the log is looked at without a call: other processes write to it, too


def main() -> None:
    """Follow until whoever started us has gone."""
    os.nice(_NICE)
    settings = read_settings(os.environ)
    with closing(Store.of(settings.home, settings.database)) as store:
        aspects = Aspects(store)
        work_when_called(lambda: _step(aspects), at_least_every=_SELDOM)


def _step(aspects: Aspects) -> int:
    try:
        return aspects.step()
    except LakeproofError as error:
        # It is tried again; until then it lags, which the figures show.
        print(f"lakeproof: aspects: {error}", file=sys.stderr, flush=True)
        return 0


if __name__ == "__main__":
    main()
