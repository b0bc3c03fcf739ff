"""Where the things of a drawing come to lie: Graphviz's `dot` reads a drawing and answers with SVG.

A machine without `dot` leaves it to the reader's browser, which takes longer.
"""

import shutil
import subprocess
from functools import lru_cache

_SECONDS = 10  # dot on a thousand connections; a greater picture nobody reads


@lru_cache(maxsize=256)
def plotted(drawing: str) -> str | None:
    """The drawing (DOT) as SVG; None where there is no `dot` here, or it does not manage. A drawing has one picture."""
    program = shutil.which("dot")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "-Tsvg"], input=drawing, capture_output=True, text=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
