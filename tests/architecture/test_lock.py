"""What is installed is what the lock file names, and its licences are ones we may build on."""

import re
from importlib.metadata import Distribution, distributions

from infra.setup.jars import COORDINATES, PINNED, read_pinned
from infra.setup.packages import FIRST, read_lock

from .source import PYPROJECT, ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = read_lock(LOCK)
# "GNU" alone would also find the lesser licence, which is fine.
COPYLEFT = re.compile(r"\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE)


def normal(requirement: str) -> str:
    """The normalised name in a requirement such as `dbt-spark[session]>=1.11`."""
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def test_the_lock_names_versions_and_hashes_and_nothing_else() -> None:
    """An address in the lock would bind everyone to one registry."""
    line = re.compile(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in LOCK.splitlines() if not line.fullmatch(text)] == []
    assert [name for name, entry in ENTRIES.items() if "--hash" not in entry] == []


def test_the_lock_covers_what_we_ask_for() -> None:
    """Each direct requirement, of the project and of its development, is locked, and what installs first."""
    asked = [*PYPROJECT["project"]["dependencies"], *FIRST]
    for group in PYPROJECT["dependency-groups"].values():
        asked += [requirement for requirement in group if isinstance(requirement, str)]
    assert {normal(requirement) for requirement in asked} - ENTRIES.keys() == set()


def test_what_is_installed_is_what_is_locked() -> None:
    """The environment these tests run in is the one the lock describes."""
    installed = {normal(each.name): each.version for each in distributions()}
    locked = {name: re.split(r"[ ;\\]", entry.split("==")[1])[0] for name, entry in ENTRIES.items()}
    assert {name: version for name, version in installed.items() if locked.get(name) != version} == {
        "lakeproof": PYPROJECT["project"]["version"]
    }


def test_the_jars_are_those_of_the_locked_delta() -> None:
    """The jar on Spark's side and the package on Python's are one version."""
    _, artifact, version = COORDINATES.split(":")
    assert ENTRIES["delta-spark"].startswith(f"delta-spark=={version} ")
    assert f"io.delta_{artifact}-{version}.jar" in read_pinned(PINNED.read_text(encoding="utf-8"))


def licences(distribution: Distribution) -> list[str]:
    """What a distribution says about its licence; where several are offered, each."""
    metadata = distribution.metadata
    classified = [text for text in metadata.get_all("Classifier", []) if text.startswith("License ::")]
    # Some put the whole text of the licence there; its first line is its name.
    named = [text.strip().splitlines()[0] for text in metadata.get_all("License", []) if text.strip()]
    return [*metadata.get_all("License-Expression", []), *classified, *named]


def test_no_licence_forbids_building_on_it() -> None:
    """GPL and AGPL packages may not be part of Lakeproof, unless another licence is offered beside them."""
    bound = {
        each.name: said
        for each in distributions()
        if (said := licences(each)) and all(COPYLEFT.search(text) for text in said)
    }
    assert bound == {}
