"""*Start*: is the record intact, what needs attention, what happened lately."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from audit_app.pages import look
from audit_app.pages.asking import ask
from audit_app.pages.frame import Asked, head
from audit_app.questions.integrity import integrity

_SENTENCES = {
    "verified": "The record is intact",
    "failed": "The record is not intact",
    "not_checkable": "Not everything could be checked",
}


def start(asked: Asked) -> None:
    """Parse, ask, show."""
    looked = ask(asked, integrity)
    told: Any = looked.answer.answer
    runs = told["runs"]["count"]
    head(
        asked,
        "Start",
        _SENTENCES[looked.answer.coverage.status],
        f"{runs} runs and {told['log']['size']} log entries. Looked at {looked.at:%H:%M:%S} UTC.",
    )
    happened = look.heading("What happened lately") + _lately(told["lately"], asked)
    parts = [
        look.checks(told["checks"]),
        look.beside(_attention(told["attention"], asked), happened),
        look.heading("What this answer says of itself"),
        looked.coverage,
        f'<p class="quiet">{_UNKNOWN}</p>',
    ]
    st.html("".join(parts))


_UNKNOWN = (
    "Not known here: who has looked into a finding, and what came of it. "
    "Findings are listed as they were stated, newest first within their severity."
)


def _attention(findings: list[dict[str, Any]], asked: Asked) -> str:
    """The grave ones in full, the minor ones folded away."""
    grave = [_finding(each, asked) for each in findings if each["severity"] != "minor"]
    minor = [_finding(each, asked) for each in findings if each["severity"] == "minor"]
    head = look.heading("What needs attention") + ("".join(grave) or _NOTHING)
    return head + (look.folded(f"{len(minor)} minor findings", "".join(minor)) if minor else "")


_NOTHING = (
    '<p class="quiet">Nothing grave: no run and no comparison found anything that breaks a promise.</p>'
)


def _finding(told: Mapping[str, Any], asked: Asked) -> str:
    run = (
        look.anchor("its run", asked.link("lineage", subject=told["run"], level="version")).html
        if told["run"]
        else ""
    )
    return (
        f'<div class="item">{look.chip(told["severity"]).html} <b>{escape(told["subject"])}</b>'
        f"<p>{escape(told['message'])}</p>"
        f'<p class="quiet">What to do: {escape(told["remedy"])}. {look.moment(told["since"]).html}, '
        f"log entry {told['entry']} {run}</p></div>"
    )


def _lately(lately: list[dict[str, Any]], asked: Asked) -> str:
    rows = [
        (
            look.moment(each["at"]),
            look.anchor(each["what"], asked.link("lineage", subject=each["run"], level="version"))
            if each["run"]
            else each["what"],
            each["who"],
        )
        for each in lately
    ]
    return look.table(("When (UTC)", "What", "Who"), rows, empty="Nothing is recorded yet.")
