"""What Spark needs here, and what is said when it is missing. No JVM is started."""

from pathlib import Path

import pytest

from lakehouse.errors import NoEngine
from lakehouse.lake import Lake
from lakehouse.session import needs_java, open_session


def java(folder: Path, version: str) -> dict[str, str]:
    """An environment whose JAVA_HOME holds a `java` that reports the version."""
    binary = folder / "bin" / "java"
    binary.parent.mkdir()
    binary.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    binary.chmod(0o755)
    return {"JAVA_HOME": str(folder)}


@pytest.mark.parametrize(("version", "major"), [("17.0.15", 17), ("21", 21), ("24-ea", 24)])
def test_java_17_and_newer_will_do(tmp_path: Path, version: str, major: int) -> None:
    """The major version is read from what java itself says."""
    assert needs_java(java(tmp_path, version)) == major


@pytest.mark.parametrize(("version", "said"), [("11.0.2", "is 11"), ("1.8.0_292", "is 8")])
def test_an_older_java_is_named(tmp_path: Path, version: str, said: str) -> None:
    """Which one was found, and what to do."""
    with pytest.raises(NoEngine, match=f"{said}; set JAVA_HOME"):
        needs_java(java(tmp_path, version))


def test_no_java_says_what_to_install(tmp_path: Path) -> None:
    """Neither at JAVA_HOME nor on the PATH."""
    with pytest.raises(NoEngine, match="none on the PATH; install a Java 17 runtime"):
        needs_java({"PATH": str(tmp_path)})
    with pytest.raises(NoEngine, match="none at JAVA_HOME"):
        needs_java({"JAVA_HOME": str(tmp_path / "gone")})


def test_no_jars_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any JVM is started."""
    monkeypatch.setenv("JAVA_HOME", java(tmp_path, "17")["JAVA_HOME"])
    with pytest.raises(NoEngine, match=r"no Delta jars in .*; run `make demo`"):
        open_session(Lake(tmp_path / "lake"), jars=tmp_path / "jars")
