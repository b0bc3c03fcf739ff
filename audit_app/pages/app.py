"""The app: its pages under one navigation."""

import streamlit as st

from audit_app.pages.decision import decision
from audit_app.pages.frame import framed
from audit_app.pages.lineage import lineage
from audit_app.pages.start import start
from audit_app.sources import Sources
from lineage.actors import Actor


def show(sources: Sources, actor: Actor) -> None:
    """Show the page that the address names; what is exported is exported by the actor."""
    st.set_page_config(page_title="Lakeproof", layout="wide", menu_items={})
    pages = [
        st.Page(framed(start, sources, actor), title="Start", url_path="start", default=True),
        st.Page(framed(decision, sources, actor), title="Decision", url_path="decision"),
        st.Page(framed(lineage, sources, actor), title="Lineage", url_path="lineage"),
    ]
    st.navigation(pages, position="top").run()
