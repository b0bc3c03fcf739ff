"""*Decision*: find a prediction, then its passport: what was decided, why, on what, and what was checked."""

from typing import Any
from uuid import UUID

import streamlit as st

from audit_app.pages import look, passport
from audit_app.pages.asking import ask
from audit_app.pages.frame import Asked, head
from audit_app.pages.pack import offer_pack
from audit_app.pages.picture import show_graph
from audit_app.questions.decisions import decisions
from audit_app.questions.passport import trace
from audit_app.subjects import as_uuid

_LEAD = "Everything behind one automated decision, back to the file its figures came from."


def decision(asked: Asked) -> None:
    """Parse, ask, show."""
    prediction = as_uuid(asked.address.get("prediction", ""))
    if prediction is None:
        return _find(asked)
    return _passport(asked, prediction)


def _passport(asked: Asked, prediction: UUID) -> None:
    looked = ask(asked, trace, prediction=prediction)
    told: Any = looked.answer.answer
    head(asked, "Decision", told["prediction"]["application_id"] or str(prediction))
    way = look.heading(
        "The way to this decision", "Only what this decision stands on; each thing leads to its own lineage."
    )
    sides = look.beside(passport.decided(told["prediction"]), passport.stood_on(told, asked))
    st.html(sides + looked.coverage + way)
    show_graph(told["graph"], asked, level="version")
    st.html("".join(section(told, asked) for section in passport.SECTIONS))
    offer_pack(asked, "decision", "prediction", str(prediction))


def _find(asked: Asked) -> None:
    """The newest decisions, or those that the search names."""
    text = asked.address.get("text", "")
    head(asked, "Decision", "Find a decision", _LEAD)
    st.text_input("Application, or the beginning of a prediction's id", text, key="text", on_change=_put)
    looked = ask(asked, decisions, text=text)
    told: Any = looked.answer.answer
    rows = [passport.listed(each, asked) for each in told["decisions"]]
    headings = ("Decision", "Application", "Asked (UTC)", "Score", "Model", "Prediction")
    listed = look.table(headings, rows, empty="No decision of that name is known at these times.")
    st.html(listed + looked.coverage)


def _put() -> None:
    st.query_params["text"] = str(st.session_state["text"]).strip()
