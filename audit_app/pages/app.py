"""The app: its pages under one navigation."""

from collections.abc import Mapping

import streamlit as st

from audit_app.pages.decision import decision
from audit_app.pages.frame import Page, framed
from audit_app.pages.lineage import lineage
from audit_app.pages.start import start
from audit_app.sources import Sources
from lineage.actors import Actor

#: The pages by their addresses; the first is also shown where none is named.
PAGES: Mapping[str, Page] = {"start": start, "decision": decision, "lineage": lineage}


def show(sources: Sources, actor: Actor) -> None:
    """Show the page that the address names; what is exported is exported by the actor."""
    st.set_page_config(page_title="Lakeproof", layout="wide", menu_items={})
    pages = [
        st.Page(
            framed(page, sources, actor), title=name.title(), url_path=name, default=name == next(iter(PAGES))
        )
        for name, page in PAGES.items()
    ]
    st.navigation(pages, position="top").run()
