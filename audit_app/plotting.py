"""Where the things of a drawing come to lie: Graphviz's `dot` reads a drawing and answers with SVG.

A machine without `dot` leaves it to the reader's browser, which takes longer.
"""

import subprocess
from functools import lru_cache

_SECONDS = 10  # dot on a thousand connections; a greater picture nobody reads


def plotted(drawing: str) -> str | None:
    """The drawing (DOT) as SVG; None where there is no `dot` here, or it does not manage: the next time it may."""
    try:
        return _plotted(drawing)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


@lru_cache(maxsize=256)
def _plotted(drawing: str) -> str:
    """A drawing has one picture. Raises FileNotFoundError, CalledProcessError, TimeoutExpired, UnicodeError."""
    done = subprocess.run(
        ["dot", "-Tsvg"], input=drawing, capture_output=True, encoding="utf-8", check=True, timeout=_SECONDS
    )
    return done.stdout
