"""Graphviz's `dot`, which plots the audit app's pictures. Without it the reader's browser does, and takes longer."""

from __future__ import annotations

import shutil

from .machine import apt_install


def ensure() -> str:
    """Find dot or install it; say what follows where neither works."""
    if shutil.which("dot") or (apt_install("graphviz") and shutil.which("dot")):
        return "Graphviz"
    return (
        "no Graphviz (not found, and its package cannot be installed here: browsers will plot the pictures)"
    )
