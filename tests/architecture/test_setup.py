"""Set-up reads what it finds correctly and never takes half-done work for done."""

from pathlib import Path

import pytest

from infra.setup import browser, graphviz, jars, java, postgresql
from infra.setup.packages import read_lock


@pytest.mark.parametrize(
    ("banner", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('Picked up JAVA_TOOL_OPTIONS: -Dx=1\nopenjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_402"', 8),
        ("The program 'java' can be found in these packages", None),
        (None, None),
    ],
)
def test_the_java_version_is_read_from_its_banner(banner: str | None, version: int | None) -> None:
    """Old and new ways of counting, with other lines around, and no Java at all."""
    assert java.major(banner) == version


def test_a_java_home_without_a_usable_java_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Spark believes JAVA_HOME before anything else, so set-up says what is wrong with it."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SystemExit, match="Point it to Java 17"):
        java.ensure()


def test_without_java_and_rights_one_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Java, no apt-get: the message names the package."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="default-jre-headless"):
        java.ensure()


def test_a_missing_browser_does_not_stop_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Chromium, no apt-get: what follows is said, and nothing raised."""
    monkeypatch.setenv("PATH", "")
    assert "browser tests will be skipped" in browser.ensure()


def test_missing_graphviz_does_not_stop_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dot, no apt-get: browsers plot the pictures, which is said."""
    monkeypatch.setenv("PATH", "")
    assert "browsers will plot" in graphviz.ensure()


def test_a_missing_database_server_does_not_stop_the_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No PostgreSQL, no apt-get: what follows is said, and nothing raised."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgresql, "VERSIONS", tmp_path)
    assert "its tests will be skipped" in postgresql.ensure()


def test_the_newest_server_programs_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Off PATH, of several versions, one of them half removed, the newest whole one counts."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgresql, "VERSIONS", tmp_path)
    for version, names in {
        "9.6": ["initdb", "postgres"],
        "15": ["initdb", "postgres"],
        "17": ["postgres"],
    }.items():
        (tmp_path / version / "bin").mkdir(parents=True)
        for name in names:
            (tmp_path / version / "bin" / name).touch()
    assert postgresql.programs() == tmp_path / "15" / "bin"


def test_lock_entries_keep_their_hashes() -> None:
    """An entry is the name's line and every hash below it."""
    lock = "a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\nb-c==2 ; x \\\n    --hash=sha256:02\n"
    entries = read_lock(lock)
    assert list(entries) == ["a", "b-c"]
    assert "".join(entries.values()) == lock


def test_a_changed_jar_is_not_the_pinned_one(tmp_path: Path) -> None:
    """One byte more, and the folder no longer counts as set up."""
    (tmp_path / "a.jar").write_bytes(b"jar")
    before = jars.checksums(tmp_path)
    (tmp_path / "a.jar").write_bytes(b"jar.")
    assert jars.checksums(tmp_path) != before


def test_the_jars_in_place_are_the_pinned_ones() -> None:
    """What Spark is given is what was checked when it was pinned."""
    assert jars.checksums(jars.JARS) == jars.read_pinned(jars.PINNED.read_text(encoding="utf-8"))
