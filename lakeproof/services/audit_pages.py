"""What Streamlit runs: open the home of LAKEPROOF_HOME once, and show the page that the address names.

Streamlit puts this folder first on the import path: neither this module nor one beside it may be named like a room.
"""

import os
from pathlib import Path

import streamlit as st

from audit_app.pages.app import show
from audit_app.sources import Sources
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.home import Home
from lakeproof.settings import read_settings
from lineage.actors import Actor


def main() -> None:
    """One run of the script: read the settings, show the page. Raises NotFound, Denied."""
    settings = read_settings(os.environ)
    sources = opened(settings.home, settings.database)
    asserted = Actor(name=settings.actor)
    show(sources, asserted if settings.token is None else sources.catalog.actors.authenticate(settings.token))


@st.cache_resource(show_spinner=False)
def opened(root: Path, database: str | None) -> Sources:
    """Record and lake of a home, for the life of the process. Raises NotFound."""
    home = Home(root=root)
    home.require()
    return Sources(catalog=Catalog.open(home.root, database=database), lake=Lake(home.lake))


if __name__ == "__main__":
    main()
