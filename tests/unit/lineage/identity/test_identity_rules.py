"""Claims about rules as data: what a home adds holds, and what is wrong is said in one message."""

import json
import re
from pathlib import Path

import pytest

from lineage.errors import BadInput
from lineage.identity import canonical, compiled, merged, packaged
from lineage.names import DatasetId

BASE = packaged().document


def form(text: str, namespace: str, name: str) -> tuple[str, str]:
    found = canonical(DatasetId(namespace=namespace, name=name), compiled(merged(text, BASE)))
    return found.namespace, found.name


def test_a_home_changes_a_platform_and_adds_one() -> None:
    """Keys that are not named stay as packaged."""
    text = """
    [platforms.sqlserver]
    case = "keep"
    [platforms.lakefs]
    schemes = ["lakefs", "lfs"]
    shape = "key"
    """
    assert form(text, "mssql://H", "Db.T") == ("sqlserver://h:1433", "Db.T")
    assert form(text, "lfs://Repo/main", "/t/") == ("lakefs://repo", "main/t")
    assert form(text, "s3a://b", "/t/") == ("s3://b", "t")


def test_a_home_renames_namespaces_and_datasets() -> None:
    """Any spelling of the source is renamed; a star stands for anything; datasets come first."""
    text = """
    [[namespaces]]
    from = "snowflake://XY12345"
    to = "snowflake://org-acc"
    [[namespaces]]
    from = "kafka://broker-*:9092"
    to = "kafka://cluster:9092"
    [[datasets]]
    from = { namespace = "snowflake://xy12345", name = "d.s.old" }
    to = { namespace = "postgres://h", name = "d.s.New" }
    """
    assert form(text, "snowflake://xy12345", "d.s.t") == ("snowflake://org-acc", "D.S.T")
    assert form(text, "kafka://Broker-7", "t") == ("kafka://cluster:9092", "t")
    assert form(text, "snowflake://XY12345", "D.S.OLD") == ("postgres://h:5432", "d.s.new")


def test_environments_are_found_by_namespace() -> None:
    """The first pattern that fits; else the one for all."""
    text = """
    environment = "QA"
    [[environments]]
    namespace = "postgres://dev-*"
    environment = "DEV"
    """
    rules = compiled(merged(text, BASE))
    assert rules.environment_of(DatasetId(namespace="postgres://dev-1:5432", name="t")) == "DEV"
    assert rules.environment_of(DatasetId(namespace="s3://b", name="t")) == "QA"
    assert packaged().environment_of(DatasetId(namespace="s3://b", name="t")) == "PROD"


def test_rules_survive_as_json() -> None:
    """What the log keeps compiles to the same rules."""
    document = merged('[platforms.mine]\nschemes = ["mine"]\n', BASE)
    again = compiled(json.loads(json.dumps(document)))
    assert again.platforms == compiled(document).platforms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("environment = \n[", ["identity.toml is not TOML", "line 1"]),
        ('enviroment = "DEV"', ["enviroment is no key here", "environment"]),
        ('environment = "LIVE"', ["environment is 'LIVE'", "PROD"]),
        ("platforms = 1", ["platforms is not a table"]),
        ('[platforms.s3]\ncase = "up"\nport = 0', ["platforms.s3.case is 'up'", "keep", "platforms.s3.port is 0"]),
        ('[platforms.mine]\nshape = "key"', ["platforms.mine.schemes is missing"]),
        ('[platforms.mine]\nschemes = ["s3a"]', ["the scheme s3a belongs to both mine and s3"]),
        ('namespaces = "x"', ["namespaces is not a list"]),
        ('[[namespaces]]\nfrom = "x"', ["namespaces[0].to is missing"]),
        ('[[datasets]]\nfrom = "x"\nto = "y"', ["datasets[0].from is 'x'", "namespace"]),
        (
            '[[namespaces]]\nfrom = "a"\nto = "b"\n[[namespaces]]\nfrom = "b"\nto = "c"',
            ["what is renamed to b would be renamed again"],
        ),
    ],
)  # fmt: skip
def test_every_fault_is_told_in_one_message(text: str, said: list[str]) -> None:
    """File, key or line, what was found and what would be right."""
    with pytest.raises(BadInput) as caught:
        merged(text, BASE)
    assert "identity.toml" in caught.value.message
    assert all(part in caught.value.message for part in said), caught.value.message
    assert caught.value.next_move


def test_the_page_about_names_is_true() -> None:
    """Its example of a home's rules is one, and it names every key that a platform may have."""
    page = (Path(__file__).parents[4] / "docs" / "identity.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    assert form(example, "kafka://broker-1", "t") == ("kafka://cluster:9092", "t")
    keys = {key for platform in BASE["platforms"].values() for key in platform}
    assert not [key for key in keys if f"`{key}`" not in page]
    ports = {platform.name: platform.port for platform in packaged().platforms if platform.port}
    assert not [f"{name} {port}" for name, port in ports.items() if str(port) not in page]
