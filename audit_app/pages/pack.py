"""The evidence pack of an answer, to take away. Preparing one is an act, and is recorded as one."""

from pathlib import Path

import streamlit as st

from audit_app.packs.export import export
from audit_app.pages import look
from audit_app.pages.frame import Asked

_UNDER = (
    "A ZIP with the report as PDF, its tables, the events as they were received, and the proofs; whoever has it "
    "can verify it without us. Preparing it is recorded in the name of "
)


def offer_pack(asked: Asked, report: str, parameter: str, value: str) -> None:
    """A button that prepares the pack; then the pack and its receipt."""
    st.html(look.heading("Take it away", f"{_UNDER}{asked.actor}."))
    key = f"pack {report} {value} {asked.at}"
    if st.button("Prepare the evidence pack", key=f"button {key}"):
        with st.spinner("Gathering the evidence, and setting the report …"):
            st.session_state[key] = _prepared(asked, report, parameter, value)
    for path in st.session_state.get(key, ()):
        word = "Receipt" if path.suffix == ".json" else "Evidence pack"
        size = f"{path.stat().st_size / 1024:,.0f} KB"
        st.download_button(f"{word} ({size})", path.read_bytes(), path.name, on_click="ignore")


def _prepared(asked: Asked, report: str, parameter: str, value: str) -> tuple[Path, Path]:
    """Where pack and receipt lie in the home."""
    folder = asked.sources.lake.root.parent / "packs"
    folder.mkdir(exist_ok=True)
    output = folder / f"{report}-{value}.zip"
    done = export(asked.sources, report, {parameter: value}, at=asked.at, output=output, actor=asked.actor)
    return done.path, done.receipt
