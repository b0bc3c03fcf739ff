"""Chromium for the browser tests. Its absence costs those tests, not the set-up."""

from __future__ import annotations

import shutil

from .machine import apt_install

# Without a font every page is boxes, and Debian's Chromium only recommends one.
PACKAGES = ("chromium", "fonts-dejavu-core")


def ensure() -> str:
    """Find Chromium or install it; say what follows where neither works."""
    if shutil.which("chromium") or (apt_install(*PACKAGES) and shutil.which("chromium")):
        return "Chromium"
    return "no Chromium (not found, and its package cannot be installed here: browser tests will be skipped)"
