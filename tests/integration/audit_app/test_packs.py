"""Evidence packs of the audited home: exported, verified, exported again."""

from pathlib import Path

import pytest

from audit_app.packs.export import export
from audit_app.packs.verify import verify
from lineage.actors import Actor
from lineage.errors import BadInput
from tests.support.audited import AuditedHome

AUDREY = Actor(name="audrey", authenticated=True)


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
