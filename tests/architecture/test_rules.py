"""The house rules hold in every file, but for the listed exceptions, and each rule can fail."""

import tomllib
from pathlib import Path, PurePosixPath

import pytest

from .rules import FUNCTION_LINES, METHODS, MODULE_LINES, RULES, Finding, budgets, one_error_root
from .source import Module, modules

EXCEPTIONS = Path(__file__).with_name("exceptions.toml")

Listed = dict[str, str]


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    everything = modules()
    each = [finding for module in everything for rule in RULES for finding in rule(module)]
    return [*each, *one_error_root(everything)]


@pytest.fixture(scope="module")
def listed() -> Listed:
    exceptions: Listed = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))["exceptions"]
    return exceptions


def test_no_rule_is_broken(found: list[Finding], listed: Listed) -> None:
    """Whatever breaks a house rule is on the list of exceptions, with its reason."""
    broken = [f"{key}: {detail}" for key, detail in found if key not in listed]
    assert not broken, "\n".join(broken)


def test_the_list_of_exceptions_only_shrinks(found: list[Finding], listed: Listed) -> None:
    """An exception that nothing needs any more has to go, and each has a reason."""
    assert sorted(listed.keys() - {finding.key for finding in found}) == []
    assert all(reason.strip() for reason in listed.values())


def module(text: str, path: str = "catalog/example.py") -> Module:
    return Module(path=PurePosixPath(path), text=text)


def method(number: int) -> str:
    return f"    def m{number}(self): ...\n"


BROKEN = {
    "a long module": module("x = 1\n" * (MODULE_LINES + 1)),
    "a long function": module("def f():\n" + "    x = 1\n" * FUNCTION_LINES),
    "a long nested function": module("def f():\n    def g():\n" + "        x = 1\n" * FUNCTION_LINES),
    "a fat class": module("class C:\n" + "".join(map(method, range(METHODS + 1)))),
    "a fat signature": module("def f(a, b, c, *d, e, f, **g): ..."),
    "a vague name": module("", "catalog/utils.py"),
    "a vague folder": module("", "tests/helpers/lake.py"),
    "a room that imports tests": module("from tests.support import lakes"),
    "a unit test with Spark": module("import pyspark.sql", "tests/unit/test_example.py"),
    "a unit test with a record": module(
        "from catalog.catalog import Catalog", "tests/unit/catalog/test_example.py"
    ),
    "a table outside orm.py": module("class Row(Base):\n    __tablename__ = 'rows'"),
    "pydantic inside": module("from pydantic import BaseModel"),
    "a call at import": module("prepare()"),
    "a loop at import": module("for name in NAMES:\n    pass"),
    "a file read at import": module("TEMPLATE = Path(__file__).read_text()"),
    "a setting read at import": module("import os\nHOME = os.environ['HOME']"),
    "a time taken at import": module("def f(at=datetime.now()): ..."),
    "an effect in a class body": module("class C:\n    started = datetime.now()"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_each_rule_bites(broken: Module) -> None:
    """A file that breaks a rule is found out."""
    assert [finding for rule in RULES for finding in rule(broken)]


FINE = {
    "exactly the budget": module("def f(self, a, b, c, d, e, f):\n" + "    x = 1\n" * (FUNCTION_LINES - 1)),
    "a table in orm.py": module("class Row(Base):\n    __tablename__ = 'rows'", "catalog/log/orm.py"),
    "a program": module("main()", "lakeproof/__main__.py"),
    "pydantic at a door": module("from pydantic import BaseModel", "catalog/routes.py"),
    "a registration": module("app = Typer()\napp.command()(show)"),
    "a program's entry": module("if __name__ == '__main__':\n    print(main())"),
    "an effect when called": module("class C:\n    def at(self):\n        return datetime.now()"),
    "an effect in a factory": module("at = field(default_factory=lambda: datetime.now())"),
}


@pytest.mark.parametrize("fine", FINE.values(), ids=FINE.keys())
def test_no_rule_bites_what_is_right(fine: Module) -> None:
    """A file within the rules yields nothing."""
    assert [finding for rule in RULES for finding in rule(fine)] == []


def test_a_finding_keeps_its_key_when_only_the_number_changes() -> None:
    """An exception, once listed, covers the same place as it shrinks."""
    longer, shorter = (module("x = 1\n" * (MODULE_LINES + extra)) for extra in (9, 1))
    assert [finding.key for finding in budgets(longer)] == [finding.key for finding in budgets(shorter)]


def test_an_error_without_the_root_is_found() -> None:
    """Deriving from a builtin or foreign error alone is found; deriving from ours, at any depth, is right."""
    rooms = [
        module(
            "class LakeproofError(Exception): ...\nclass Refused(LakeproofError): ...", "lineage/errors.py"
        ),
        module("class Late(Refused, ValueError): ..."),
        module("class Odd(ValueError): ...\nclass Foreign(httpx.HTTPError): ..."),
    ]
    assert [finding.key for finding in one_error_root(rooms)] == [
        "catalog/example.py::Odd error",
        "catalog/example.py::Foreign error",
    ]
