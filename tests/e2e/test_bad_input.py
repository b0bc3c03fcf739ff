"""Bad input on the command line: one line that says what, where and the next move; the right code; nothing done."""

import json
from pathlib import Path

import pytest

from lineage.actors import Role
from lineage.models import ModelVersion
from tests.support.command_line import ROOT, Said, lakeproof, lakeproof_process
from tests.support.registered import acting, opened, register

CONTRACT = str(ROOT / "ingestion" / "contracts" / "loan_applications.odcs.yaml")
NOBODY = "0190b1a2-0000-7000-8000-000000000001"
TWICE = "apiVersion: v3.0.2\nkind: DataContract\nkind: DataContract\n"
NEVER = "{home}/never"  # nothing is there

#: Arguments ({home}: a file or folder of the home), and what the message must name.
BAD: dict[str, tuple[str, str]] = {
    "a file that is not there": (f"ingest {CONTRACT} {NEVER}.csv", "never.csv"),
    "a folder for a file": (f"ingest {CONTRACT} {{home}}/landing", "landing"),
    "a file the contract does not expect": (f"ingest {CONTRACT} {{home}}/lakeproof.home", "lakeproof.home"),
    "a file that is not text": (
        f"ingest {CONTRACT} {{home}}/landing/loan_applications_2024-01.csv",
        "2024-01",
    ),
    "a contract that is not there": (f"ingest {NEVER}.yaml {{home}}/lakeproof.home", "never.yaml"),
    "a contract that is not YAML": ("ingest {home}/landing/broken.yaml {home}/lakeproof.home", "broken.yaml"),
    "a contract that says a thing twice": (
        "ingest {home}/landing/twice.yaml {home}/lakeproof.home",
        "'kind'",
    ),
    "a contract without its parts": ("ingest {home}/landing/bare.yaml {home}/lakeproof.home", '"version"'),
    "a table that is not there": ("history bronze.nope", "bronze.nope"),
    "no table's name": ("history nope", "'nope'"),
    "a version of no table": ("impact bronze.nope@1", "bronze.nope"),
    "no table version": ("impact bronze.nope@-1", "'bronze.nope@-1'"),
    "an unknown prediction": (f"trace {NOBODY}", "serving.predictions"),
    "no prediction's id": ("trace nope", "'nope'"),
    "an unknown run": (f"lineage {NOBODY}", NOBODY),
    "an unknown subject": ("lineage mortgage#9", "mortgage#9"),
    "a model version that is not there": ("models show mortgage@9", "mortgage@9"),
    "an unknown model": ("models approve nope@1", "nope@1"),
    "no model version": ("models deploy mortgage", "'mortgage'"),
    "an unknown pipeline": ("train nope", "'nope'"),
    "a setting without a value": ("train mortgage --set strength", "strength"),
    "a setting that is not there": ("train mortgage --set nope=1", "'nope'"),
    "training on a version of no table": ("train mortgage --at gold.loan_features@7", "gold.loan_features"),
    "a dbt project that is not there": (f"transform --project-dir {NEVER}", "never"),
    "no time": (f"trace {NOBODY} --as-of yesterday", "'yesterday'"),
    "a time with an impossible day": (f"trace {NOBODY} --known-at 2026-02-30", "'2026-02-30'"),
    "a time where none belongs": ("tables --as-of 2026-01-01", "`tables`"),
    "a plan that was never made": ("backfill apply nope", "nope"),
    "a correction of no table": ("backfill plan --table bronze.nope --where x --because x", "bronze.nope"),
    "an unknown report": (f"report nope -o {NEVER}.zip", "nope"),
    "a report without its parameter": (f"report decision -o {NEVER}.zip", "prediction"),
    "a report on an unknown prediction": (
        f"report decision --set prediction={NOBODY} -o {NEVER}.zip",
        "serving.predictions",
    ),
    "a pack that is not there": (f"verify {NEVER}.zip", "never.zip"),
    "an entry the log does not have": ("log proof 9999", "9999"),
    "a checkpoint that is not there": (f"log verify --checkpoint {NEVER}", "never"),
    "an unknown actor": ("actors token nobody", "nobody"),
    "a role that is not there": ("actors add king --role king", "'king'"),
    "an unknown command": ("nope", "'nope'"),
    "an unknown option": ("tables --nope", "--nope"),
    "an unknown global option": ("--nope tables", "--nope"),
    "an argument left out": ("trace", "prediction"),
    "a number that is none": ("log proof first", "'seq'"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small home: mortgage@1 is registered and not approved; some bad files lie in its landing folder."""
    root = tmp_path_factory.mktemp("bad") / "home"
    assert lakeproof(root, "init").code == 0
    with opened(root) as workspace:
        register(acting(workspace, "tess", Role.TRAINER), ModelVersion(name="mortgage", version=1))
        workspace.parts.vault.reference("a person")
    for name, content in {
        "broken.yaml": b"kind: [",
        "twice.yaml": TWICE.encode(),
        "bare.yaml": b"apiVersion: v3.0.2\nkind: DataContract\n",
        "loan_applications_2024-01.csv": b"\xff\xfe\x00",
    }.items():
        (root / "landing" / name).write_bytes(content)
    return root


def _content(home: Path) -> dict[str, bytes]:
    """Every file of the home but the record's own."""
    return {
        path: file.read_bytes()
        for file in sorted(home.rglob("*"))
        if file.is_file() and not (path := str(file.relative_to(home))).startswith(("catalog.db", "log/"))
    }


def _is_one_clear_line(said: Said, code: int, named: str) -> None:
    assert said.code == code, said
    assert said.out == ""
    assert said.err.startswith("lakeproof: ") and said.err.count("\n") == 1, said.err
    assert named in said.err
    assert "; " in said.err and "Traceback" not in said.err


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_said_in_one_line_and_changes_nothing(home: Path, what: str) -> None:
    """Exit 2, one line on standard error naming the thing and the next move, and every file as it was."""
    arguments, named = BAD[what]
    before = _content(home)
    said = lakeproof(home, *(word.format(home=home) for word in arguments.split()))
    _is_one_clear_line(said, 2, named)
    assert _content(home) == before


def test_json_says_it_in_json(home: Path) -> None:
    """With --json the message and the next move are one object, also where the arguments cannot be parsed."""
    for arguments in (["history", "bronze.nope"], ["tables", "--nope"]):
        told = json.loads(lakeproof(home, *arguments, "--json").err)
        assert told["error"] and told["next_move"]


def test_a_model_nobody_approved_is_not_deployed(home: Path) -> None:
    """Exit 1: understood, checked, and not so."""
    _is_one_clear_line(lakeproof(home, "models", "deploy", "mortgage@1"), 1, "mortgage@1 is not approved")
    assert lakeproof(home, "models", "list", "--json").json[0]["deployed_as"] is None


def test_an_asserted_actor_does_not_approve(home: Path) -> None:
    """Exit 1, and the refusal names what would authenticate."""
    said = lakeproof(home, "models", "approve", "mortgage@1", "--actor", "anna")
    _is_one_clear_line(said, 1, "LAKEPROOF_TOKEN")


def test_a_wrong_token_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that nobody was given authenticates nobody."""
    monkeypatch.setenv("LAKEPROOF_TOKEN", "made-up")
    _is_one_clear_line(lakeproof(home, "tables"), 1, "token")


def test_an_unknown_setting_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable does not silently mean nothing."""
    monkeypatch.setenv("LAKEPROOF_HOMES", str(home))
    _is_one_clear_line(lakeproof(home, "tables"), 2, "LAKEPROOF_HOMES")


def test_a_folder_that_is_no_home_is_not_made_one(tmp_path: Path) -> None:
    """Only `init` makes a home; a question about none leaves the folder as it was."""
    for folder in (tmp_path, tmp_path / "never"):
        _is_one_clear_line(lakeproof(folder, "tables"), 2, f"{folder} is not a Lakeproof home")
    assert not list(tmp_path.iterdir())


def test_the_demo_does_not_take_a_users_home(home: Path) -> None:
    """A home with data of one's own is refused, and named."""
    before = _content(home)
    _is_one_clear_line(lakeproof(home, "demo", "--no-serve"), 1, str(home))
    assert _content(home) == before


def test_a_process_says_the_same(home: Path) -> None:
    """`python -m lakeproof` ends with that code and that line, and nothing else on standard error."""
    _is_one_clear_line(lakeproof_process(home, "history", "bronze.nope"), 2, "bronze.nope")
