"""Claims about README.md: whatever it names is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from lakeproof import commands
from lakeproof.settings import KNOWN, PREFIX

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PICTURE_LIMIT = 400_000  # bytes

#: What stands between backticks or in a fenced block, and nothing else.
CODE = "\n".join("".join(either) for either in re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", README, re.DOTALL))
NAMED = sorted(set(re.findall(r"(?:^|\$ )lakeproof((?: [A-Za-z./@#*…=_\"'-][^\n]*)?)$", CODE, re.MULTILINE)))
LINKS = sorted(set(re.findall(r"\]\(([^)#\s]+)\)", README)))


@pytest.fixture(scope="module")
def cli() -> Any:
    """The root command; Typer's commands are of classes that it does not publish."""
    app = typer.Typer()
    commands.register(app)
    return typer.main.get_command(app)


def options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def test_the_readme_names_commands_targets_and_links() -> None:
    """The patterns of this file find something: an empty list would make every claim below true."""
    assert len(NAMED) >= 12
    assert {"docs/pictures/decision.png", "docs/pictures/lineage.png"} <= set(LINKS)
    assert "demo" in CODE


@pytest.mark.parametrize("words", [line.split() for line in NAMED], ids=" ".join)
def test_each_command_exists_with_its_options(cli: Any, words: list[str]) -> None:
    """Each `lakeproof …` of the README leads to a command, and each option it shows is that command's."""
    command, left = cli, list(words)
    while left and hasattr(command, "commands"):
        name = left.pop(0)
        assert name in command.commands, f"there is no `lakeproof {' '.join(words)}`"
        command = command.commands[name]
    everywhere = {"--home", "--json", "--actor", "--as-of", "--known-at"}
    shown = {word.split("=")[0] for word in left if word.startswith("-")}
    assert shown <= options(command) | everywhere


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z-]+)", CODE))))
def test_each_make_target_exists(target: str) -> None:
    """Each `make …` of the README is a target."""
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("link", [link for link in LINKS if "://" not in link])
def test_each_linked_file_exists(link: str) -> None:
    """A link inside the project leads to a file or folder of it."""
    assert (ROOT / link).exists()


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README))
def test_each_picture_is_one_and_small(picture: str) -> None:
    """Pictures are PNG and do not make a clone heavy."""
    content = (ROOT / picture).read_bytes()
    assert content.startswith(b"\x89PNG") and len(content) <= PICTURE_LIMIT


def test_each_setting_is_known() -> None:
    """Each LAKEPROOF_ variable of the README can be set."""
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]+)", README))
    assert named and named <= KNOWN
