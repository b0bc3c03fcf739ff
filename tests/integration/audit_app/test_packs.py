"""Evidence packs of the audited home: exported, verified, exported again."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from audit_app.packs.export import export, gather
from audit_app.packs.members import LOG_KEYS, VERIFIER
from audit_app.packs.stored import read_stored, write_stored
from audit_app.packs.verify import judge, verify
from audit_app.reports.typeset import Imprint, typeset
from lineage.actors import Actor
from lineage.certainty import Verified
from lineage.errors import BadInput
from tests.support.audited import AuditedHome
from tests.support.copied import copied

AUDREY = Actor(name="audrey", authenticated=True)


@pytest.fixture(scope="module")
def home(home: AuditedHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedHome]:
    """A copy: an export is recorded, and nobody else shall see it."""
    with copied(home, tmp_path_factory.mktemp("packs") / "home") as copy:
        yield copy


def requests_of(home: AuditedHome) -> list[tuple[str, dict[str, str]]]:
    return [
        ("decision", {"prediction": str(home.denied.prediction_id)}),
        ("impact", {"table_version": str(home.bad)}),
    ]


def test_a_report_exported_twice_has_the_same_bytes(home: AuditedHome, tmp_path: Path) -> None:
    """A pack is a function of question, parameters, as_of and log size; that the log grew meanwhile is not in it."""
    at = home.now
    for name, parameters in requests_of(home):
        one = export(home.sources, name, parameters, at=at, output=tmp_path / "one.zip", actor=AUDREY)
        two = export(
            home.sources, name, parameters, at=at, output=tmp_path / "two.zip", actor=Actor(name="ed")
        )
        assert one.path.read_bytes() == two.path.read_bytes()
        assert one.receipt.read_bytes() != two.receipt.read_bytes()
        assert verify(one.path).ok and verify(two.path).ok


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("weather", {}, "decision, impact"),
        ("decision", {"table_version": "bronze.loan_applications@1"}, "prediction"),
        ("decision", {"prediction": "seven"}, "UUID"),
    ],
)
def test_what_cannot_be_asked_names_the_next_move(
    home: AuditedHome, tmp_path: Path, name: str, parameters: dict[str, str], said: str
) -> None:
    """An unknown report or parameter is bad input, and nothing is written."""
    with pytest.raises(BadInput, match=said):
        export(home.sources, name, parameters, at=home.now, output=tmp_path / "x.zip", actor=AUDREY)
    assert not list(tmp_path.iterdir())


def test_the_report_is_set_as_an_accessible_archival_pdf(home: AuditedHome) -> None:
    """PDF/A-3a and PDF/UA-1; text that looks like markup stays text; the same dossier gives the same bytes."""
    parameters = {"prediction": str(home.denied.prediction_id)}
    dossier = gather(home.sources, "decision", parameters, home.now)
    wild = replace(dossier, subject='#panic("x") $1^2$ *bold* <label> "quoted" \\ @ref ``` //')
    imprint = Imprint(pack_id="0" * 64, checkpoint="origin\n1\nroot\n", log_key="key")
    report = typeset(wild, imprint)
    assert report.startswith(b"%PDF-1.7") and report.rstrip().endswith(b"%%EOF")
    assert b"<pdfaid:part>3</pdfaid:part>" in report and b"<pdfuaid:part>1</pdfuaid:part>" in report
    assert report == typeset(wild, imprint)


def test_the_head_that_the_log_had_is_signed_again(home: AuditedHome) -> None:
    """A checkpoint of an earlier size is the very note that was signed then; the log never had a later one."""
    log = home.catalog.log
    then, size = log.checkpoint(), log.size
    log.append("pin", {"table": "bronze.loan_applications@0", "by": "x", "why": "y"}, actor=AUDREY)
    assert log.checkpoint(size) == then != log.checkpoint()
    with pytest.raises(BadInput):
        log.checkpoint(log.size + 1)


@pytest.fixture
def home_of_its_own(home: AuditedHome, tmp_path: Path) -> Iterator[AuditedHome]:
    with copied(home, tmp_path / "home") as copy:
        yield copy


def test_a_pack_outlives_a_change_of_keys(home_of_its_own: AuditedHome, tmp_path: Path) -> None:
    """Made before, it verifies; made after, it says how its key follows from the first, and knows heads of both."""
    home = home_of_its_own
    name, parameters = requests_of(home)[0]
    at, log = home.now, home.catalog.log
    early = export(home.sources, name, parameters, at=at, output=tmp_path / "early.zip", actor=AUDREY)
    kept = log.checkpoint(at.log_size)
    home.catalog.rotate_key(actor=AUDREY)
    late = export(home.sources, name, parameters, at=at, output=tmp_path / "late.zip", actor=AUDREY)
    assert verify(early.path, checkpoint=kept).ok
    verdict = verify(late.path, checkpoint=kept)
    assert verdict.ok
    [keys] = [check for check in verdict.checks if check.object == LOG_KEYS]
    assert isinstance(keys.verdict, Verified) and "1 changes of keys" in keys.verdict.notes[0]
    members = read_stored(late.path.read_bytes()).members
    forged = members[LOG_KEYS].replace(b"key rotation", b"key  rotation")
    assert LOG_KEYS in judge(write_stored({**members, LOG_KEYS: forged})).damaged
    alone = tmp_path / "verify.py"
    alone.write_bytes(members[VERIFIER])
    command = [sys.executable, "-I", "-W", "error", str(alone), str(late.path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
