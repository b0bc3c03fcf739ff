"""Files say nothing about the machine they were written on, nor where packages are fetched from."""

import re

import pytest

from .source import ROOT, files

# Written so that this file does not match itself.
REGISTRY = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|crates|maven|sonatype|debian|ubuntu|docker|ghcr|quay|anaconda)\.(?:org|io|com|net)\b"
    r"|\b(?:repo\d?|registry|proxy|index)\.(?:maven|npmjs|yarnpkg|golang|docker)\b",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work)/[\w.-]+")


def texts() -> dict[str, str]:
    """Each text file of the project by its name."""
    found = {}
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data:
            found[str(path.relative_to(ROOT))] = data.decode("utf-8")
    return found


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE], ids=["registry", "machine"])
def test_no_file_names_a_registry_or_a_path_of_a_machine(pattern: re.Pattern[str]) -> None:
    """Whoever installs us uses the registries set up there, from whatever folder."""
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "--index-url https://" + "pypi" + ".org/simple"),
        (REGISTRY, "https://repo1." + "maven" + ".org/maven2"),
        (MACHINE, "cd " + "/home" + "/someone/lakeproof"),
        (MACHINE, '"file://' + "/root" + '/lake"'),
    ],
)
def test_the_patterns_bite(pattern: re.Pattern[str], line: str) -> None:
    """What the patterns are for, they find."""
    assert pattern.search(line)
