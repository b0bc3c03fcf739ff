"""Claims about a passport after something was changed behind it: the check that looked at it says so."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from audit_app.questions.passport import Passport, find_passport
from audit_app.sources import Sources
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakehouse.writes import replace_slice
from lineage.names import TableName
from tests.support.audited import DIGEST, GOLD, AuditedHome

PREDICTIONS = TableName.parse("serving.predictions")


@pytest.fixture
def copy(home: AuditedHome, tmp_path: Path) -> Iterator[Callable[[], Passport]]:
    """Ask for the denied prediction's passport in a copy of the home, as often as wanted."""
    root, opened = tmp_path / "home", []
    shutil.copytree(home.root, root)

    def ask() -> Passport:
        catalog = Catalog.open(root)
        opened.append(catalog)
        sources = Sources(catalog=catalog, lake=Lake(root / "lake"))
        return find_passport(sources, home.denied.prediction_id, catalog.log.resolve())

    ask.root = root  # type: ignore[attr-defined]
    yield ask
    for catalog in opened:
        catalog.close()


def outcome(passport: Passport, name: str) -> set[str]:
    return {check.status for check in passport.checks if check.name == name}


def test_a_copied_home_says_the_same(copy: Callable[[], Passport]) -> None:
    """Nothing in a passport depends on where the home lies."""
    assert copy().coverage.status == "verified"


def test_a_changed_landing_file_fails(copy: Callable[[], Passport], tmp_path: Path) -> None:
    """One byte more in the file the figures came from."""
    (file,) = copy().way.files
    with (tmp_path / "home" / "landing" / file.name).open("ab") as landing:
        landing.write(b"\n")
    assert outcome(copy(), "landing-file") == {"failed"}


def test_a_landing_file_that_is_gone_is_not_checkable(copy: Callable[[], Passport], tmp_path: Path) -> None:
    """Not seen is not the same as changed."""
    (file,) = copy().way.files
    (tmp_path / "home" / "landing" / file.name).unlink()
    passport = copy()
    assert outcome(passport, "landing-file") == {"not_checkable"}
    assert passport.coverage.status == "not_checkable"


def test_another_scorecard_fails(copy: Callable[[], Passport], tmp_path: Path) -> None:
    """The file that would score again is not the one that was deployed."""
    path = tmp_path / "home" / "models" / DIGEST / "scorecard.json"
    path.write_bytes(path.read_bytes().replace(b"500", b"501"))
    assert outcome(copy(), "scorecard") == {"failed"}


def test_a_rewrite_past_the_record_is_not_what_is_read(copy: Callable[[], Passport], tmp_path: Path) -> None:
    """Someone turns the decision round in the table, in a commit that pretends to be the batch's.

    The record does not know that version: the passport goes on reading the one it knows, and reconciliation
    is what finds the other.
    """
    before = copy()
    lake = Lake(tmp_path / "home" / "lake")
    wanted = f"prediction_id = '{before.prediction.prediction_id}'"
    rows = lake.read(lake.newest(PREDICTIONS), where=wanted)
    turned = rows.set_column(rows.schema.get_field_index("decision"), "decision", [["approve"]])
    binding = json.dumps({"run": str(before.filed.batch_id)})
    replace_slice(lake, PREDICTIONS, turned, where=wanted, binding=binding)
    after = copy()
    assert after.prediction.decision == "deny"
    assert after.coverage.status == "verified"


def test_a_changed_data_file_fails(copy: Callable[[], Passport], tmp_path: Path) -> None:
    """A pinned version whose file has another byte is not as in its manifest."""
    version = copy().served.learnt[0].version
    assert version.table == GOLD
    lake = Lake(tmp_path / "home" / "lake")
    path = Path(lake.path(GOLD)) / lake.files(version)[0].path
    content = path.read_bytes()
    path.write_bytes(content[:8] + bytes([content[8] ^ 1]) + content[9:])
    assert outcome(copy(), "manifest") == {"failed"}


def test_a_commit_bound_to_another_run_fails(copy: Callable[[], Passport], tmp_path: Path) -> None:
    """The table's own log names another run than the one that declares the version."""
    hop = copy().way.hops[0]
    assert hop.run is not None
    log = Path(Lake(tmp_path / "home" / "lake").path(GOLD)) / "_delta_log" / f"{hop.written.version:020}.json"
    log.write_text(log.read_text().replace(str(hop.run.id), str(UUID(int=1))))
    assert "failed" in outcome(copy(), "binding")
