"""*Lineage*: search a table, column, model or run; its graph up, down or both, at a chosen level of detail."""

from typing import Any

import streamlit as st

from audit_app.pages import look
from audit_app.pages.address import one_of
from audit_app.pages.asking import ask
from audit_app.pages.frame import Asked, head
from audit_app.pages.picture import show_graph
from audit_app.questions.lineage import lineage as ask_lineage
from audit_app.questions.subjects import subjects
from lineage.errors import NotFound
from lineage.graph import Direction, Level

_DIRECTIONS = {"both": "Both ways", "up": "Where from", "down": "Where to"}
_LEVELS = {"table": "Tables", "version": "Versions", "column": "Columns"}
_DEPTHS = {"8": "8 steps", "3": "3 steps", "all": "To the end"}
_EXAMPLES = (
    "A table such as gold.loan_features, a version gold.loan_features@1, a column gold.loan_features#hrat, "
    "a model mortgage@1, a deployment mortgage#1, a job, a file, or the id of a run or prediction."
)


def lineage(asked: Asked) -> None:
    """Parse, ask, show."""
    subject = asked.address.get("subject", "").strip()
    head(asked, "Lineage", subject or "Where data comes from, and where it goes")
    how = _controls(asked, subject)
    if not subject:
        return _offer(asked, "")
    try:
        looked = ask(asked, ask_lineage, subject=subject, **how)
    except NotFound as unknown:
        st.html(look.problem(unknown.message, unknown.next_move))
        return _offer(asked, subject)
    show_graph(dict(looked.answer.answer), asked, level=how["level"].value)
    st.html(looked.coverage)
    return None


def _controls(asked: Asked, subject: str) -> dict[str, Any]:
    """The controls stand as the address says; a change of one changes the address."""
    st.text_input("Subject", subject, key="subject", on_change=_put, args=("subject",), help=_EXAMPLES)
    with st.container(horizontal=True, gap="medium"):
        _choice("Direction", _DIRECTIONS, asked, "direction")
        _choice("Level of detail", _LEVELS, asked, "level")
        _choice("Depth", _DEPTHS, asked, "depth")
    far = one_of(tuple(_DEPTHS), asked.address.get("depth"))
    return {
        "direction": Direction(one_of(tuple(_DIRECTIONS), asked.address.get("direction"))),
        "level": Level(one_of(tuple(_LEVELS), asked.address.get("level"))),
        "depth": None if far == "all" else int(far),
    }


def _choice(label: str, words: dict[str, str], asked: Asked, name: str) -> None:
    """All that can be chosen, with what the address says marked."""
    stands = one_of(tuple(words), asked.address.get(name))
    st.segmented_control(
        label,
        list(words),
        default=stands,
        required=True,
        format_func=words.__getitem__,
        key=name,
        on_change=_put,
        args=(name,),
    )


def _put(name: str) -> None:
    st.query_params[name] = str(st.session_state[name]).strip()


def _offer(asked: Asked, text: str) -> None:
    """What there is by that name, or all of it."""
    told: Any = ask(asked, subjects, text=text).answer.answer
    rows = [
        (
            each["kind"],
            look.anchor(
                each["label"], asked.link("lineage", subject=each["subject"], level=_level(each["kind"]))
            ),
        )
        for each in told["subjects"]
        if text or each["kind"] not in {"column", "run"}
    ]
    under = f"Whose name contains “{text}”" if text else _EXAMPLES
    listed = look.table(("Kind", "Name"), rows, empty="Nothing of that name is known at these times.")
    st.html(look.heading("What the record knows", under) + listed)


def _level(kind: str) -> str:
    return {"column": "column", "run": "version"}.get(kind, "table")
