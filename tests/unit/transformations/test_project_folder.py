"""A user's project is made ready without being touched."""

from pathlib import Path

import pytest

from transformations.errors import BadProject
from transformations.project_folder import lay_out, prepared


def test_our_macros_and_delta_are_added_and_nothing_else_is_changed() -> None:
    """A format that the project names stays; its own macro folders come first."""
    given = {
        "name": "shop",
        "models": {"+file_format": "parquet"},
        "seeds": None,
        "target-path": "../t",
        "vars": {"a": 1},
    }
    made = prepared(given)
    assert made["macro-paths"] == ["macros", "lakeproof_macros"]
    assert made["models"] == {"+file_format": "parquet"} and made["seeds"] == {"+file_format": "delta"}
    assert "target-path" not in made and made["vars"] == {"a": 1}
    assert given["target-path"] == "../t"


def test_the_folder_links_to_the_project(tmp_path: Path) -> None:
    """dbt finds the models; what an earlier dbt left, and the user's profile, stay outside."""
    project = tmp_path / "shop"
    for name in ("models", "target", "logs"):
        (project / name).mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: shop\n")
    (project / "profiles.yml").write_text("secret: yes\n")
    folder = lay_out(project, tmp_path / "scratch")
    found = {entry.name for entry in folder.project.iterdir()}
    assert found == {"models", "lakeproof_macros", "dbt_project.yml"}
    assert (folder.project / "models").resolve() == project / "models"
    assert str(folder.root / "target") in folder.arguments()


@pytest.mark.parametrize("text", [None, "name: [", "models: {}", "- a list"])
def test_what_is_no_project_is_refused(text: str | None, tmp_path: Path) -> None:
    """The message names the file and the next move."""
    if text is not None:
        (tmp_path / "dbt_project.yml").write_text(text)
    with pytest.raises(BadProject, match=r"dbt_project\.yml"):
        lay_out(tmp_path, tmp_path / "scratch")
