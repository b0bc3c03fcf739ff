"""Ask a question once: the answer at the same times and size of the log is kept for half a minute, for all readers.

No longer, because tables and log are checked each time anew against what lies on the disk. Pages only read answers.
"""

from collections.abc import Callable

import streamlit as st

from audit_app.pages.frame import Asked
from lineage.answers import Answer

_SECONDS = 30


def ask(asked: Asked, question: Callable[..., Answer], **parameters: object) -> Answer:
    """The answer of `question(sources, at=…, **parameters)`."""
    key = (question.__name__, str(asked.at), repr(sorted(parameters.items())))
    return _answered(key, lambda: question(asked.sources, at=asked.at, **parameters))


@st.cache_resource(ttl=_SECONDS, max_entries=100, show_spinner=False)
def _answered(key: tuple[str, ...], _ask: Callable[[], Answer]) -> Answer:  # noqa: ARG001  Streamlit keeps by it
    return _ask()
