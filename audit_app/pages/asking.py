"""Ask a question once: the answer at the same times and size of the log is kept for half a minute, for all readers.

No longer, because log, tables and files are checked against what lies on the disk, which may change without a word
in the log. So each answer bears the moment at which it was looked for, and its page shows it; a page asked about now,
or by one of its buttons, looks anew. Pages only read answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from audit_app.pages import look
from audit_app.pages.frame import Asked
from lineage.answers import Answer
from lineage.times import render_moment, system_clock

_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An answer, and when it was looked for."""

    answer: Answer
    at: datetime

    @property
    def coverage(self) -> str:
        """What the answer says about itself, as HTML."""
        told = self.answer.to_json()["coverage"]
        assert isinstance(told, dict)
        return look.coverage(told, looked_at=render_moment(self.at))


def ask(asked: Asked, question: Callable[..., Answer], **parameters: object) -> Looked:
    """The answer of `question(sources, at=…, **parameters)`."""
    key = (question.__name__, str(asked.at), repr(sorted(parameters.items())))
    if asked.anew:
        _looked.clear(key, None)
    return _looked(key, lambda: question(asked.sources, at=asked.at, **parameters))


@st.cache_resource(ttl=_SECONDS, max_entries=100, show_spinner=False)
def _looked(key: tuple[str, ...], _ask: Callable[[], Answer]) -> Looked:  # noqa: ARG001  Streamlit keeps by it
    moment = system_clock()
    return Looked(answer=_ask(), at=moment)
