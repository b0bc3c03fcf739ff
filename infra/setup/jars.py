"""The jars Spark needs for Delta: resolved once by Spark's own resolver, kept only if the checksums match.

Everything happens in a folder of the project's: neither the user's Maven nor Ivy cache is read or written,
and a download that was interrupted never gets the final name.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from .machine import ROOT, say, stop
from .packages import PYTHON, VENV

JARS = ROOT / ".jars"
PINNED = Path(__file__).with_name("jars.sha256")
COORDINATES = "io.delta:delta-spark_4.2_2.13:4.4.0"
# Whatever else Delta names is already among the jars that pyspark ships.
SHIPPED = "org.*:*,com.*:*,javax.*:*,commons-*:*,io.airlift:*"


def ensure() -> str:
    """Have exactly the pinned jars in `.jars`."""
    pinned = read_pinned(PINNED.read_text(encoding="utf-8"))
    if checksums(JARS) != pinned:
        _resolve(pinned)
    return f"{len(pinned)} jars"


def read_pinned(text: str) -> dict[str, str]:
    """File name to SHA-256, from the lines that sha256sum prints."""
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def checksums(folder: Path) -> dict[str, str]:
    """File name to SHA-256 of every jar in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.jar"))}


def _resolve(pinned: dict[str, str]) -> None:
    say(f"resolving the jars of {COORDINATES}")
    work = JARS.with_name(".jars.partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    report = _run_resolver(work)
    found = checksums(work / "ivy" / "jars")
    if not found:
        raise stop("no jar could be fetched.", f"{work.name}/{report.name} says why; starting again is safe.")
    if found != pinned:
        other = sorted({name for name, _ in pinned.items() ^ found.items()})
        raise stop(
            f"these jars are not the pinned ones: {', '.join(other)}.",
            f"Compare {work.name}/ivy/jars with {PINNED.relative_to(ROOT)}, and do not use them before you know why.",
        )
    shutil.rmtree(JARS, ignore_errors=True)
    (work / "ivy" / "jars").rename(JARS)
    shutil.rmtree(work)


def _run_resolver(work: Path) -> Path:
    """Let spark-submit resolve the coordinates for a program that does nothing; return its output's file."""
    nothing = work / "nothing.py"
    nothing.touch()
    report = work / "resolver.log"
    (spark,) = (VENV / "lib").glob("python*/site-packages/pyspark")
    asked = {
        "spark.jars.packages": COORDINATES,
        "spark.jars.excludes": SHIPPED,
        "spark.jars.ivy": str(work / "ivy"),
    }
    environment = {
        "SPARK_HOME": str(spark),
        "PYSPARK_PYTHON": str(PYTHON),
        "JAVA_TOOL_OPTIONS": f"{os.environ.get('JAVA_TOOL_OPTIONS', '')} -Duser.home='{work}'",
    }
    with report.open("w", encoding="utf-8") as log:
        subprocess.run(
            [
                spark / "bin" / "spark-submit",
                *(f"--conf={key}={value}" for key, value in asked.items()),
                nothing,
            ],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
        )
    return report
