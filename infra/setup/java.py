"""A Java runtime that Spark can run on: the one that is there, or the distribution's."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .machine import apt_install, output, stop

OLDEST = 17
# In the order tried: the default of Ubuntu 22.04 is older than we need.
PACKAGES = ("default-jre-headless", "openjdk-17-jre-headless")


def ensure() -> str:
    """Find Java 17 or newer where Spark will look for it, or install it."""
    home = os.environ.get("JAVA_HOME")
    if home:
        version = major(output([Path(home) / "bin" / "java", "-version"]))
        if version is not None and version >= OLDEST:
            return f"Java {version} from JAVA_HOME"
        raise stop(
            f"JAVA_HOME is {home}, and that is {f'Java {version}' if version else 'no Java'}.",
            f"Point it to Java {OLDEST} or newer, or unset it.",
        )
    return _on_path() or _installed()


def _on_path() -> str | None:
    version = major(output(["java", "-version"]))
    return f"Java {version}" if version is not None and version >= OLDEST else None


def _installed() -> str:
    for package in PACKAGES:
        if apt_install(package) and (found := _on_path()):
            return found
    raise stop(
        f"Java {OLDEST} or newer is needed and was not found.",
        f"Install it (on Debian or Ubuntu: sudo apt-get install {PACKAGES[0]}) and start again.",
    )


def major(banner: str | None) -> int | None:
    """The major version in the output of `java -version`: 17 in `17.0.15`, 8 in `1.8.0_402`."""
    found = re.search(r'version "(?:1\.)?(\d+)', banner or "")
    return int(found.group(1)) if found else None
