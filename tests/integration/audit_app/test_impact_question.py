"""Claims about the blast radius, against what the tables themselves hold."""

import shutil
from pathlib import Path

import pytest

from audit_app import text
from audit_app.questions.impact import find_impact, impact
from audit_app.sources import Sources
from catalog.catalog import Catalog
from lakehouse.errors import NoSuchVersion
from lakehouse.lake import Lake
from lineage.canonical import Json
from lineage.certainty import Verified
from lineage.names import TableName, TableVersion
from tests.support.audited import BECAUSE, GOLD, SILVER, AuditedHome


def test_all_that_was_made_before_the_correction_stood_on_the_bad_version(home: AuditedHome) -> None:
    """Tables up to the features, the model, its deployment and every prediction it answered."""
    found = find_impact(home.sources, home.bad, home.now)
    assert found.models == ("mortgage@1",)
    assert found.deployments == ("mortgage#1",)
    assert {table.table for table in found.tables} >= {SILVER, GOLD}
    rows = home.lake.read(home.lake.newest(TableName.parse("serving.predictions"))).to_pylist()
    assert found.predictions == len(rows) == 13
    assert found.denied == sum(row["decision"] == "deny" for row in rows) > 0
    assert set(found.batches) == {row["batch"] for row in rows}
    assert isinstance(found.coverage.verdict, Verified)


def test_what_was_made_by_the_correction_does_not_stand_on_the_bad_version(home: AuditedHome) -> None:
    """The newest version of each corrected table is out, and the correction says what took its place."""
    found = find_impact(home.sources, home.bad, home.now)
    for table in (home.bad.table, SILVER, GOLD):
        assert home.lake.newest(table) not in found.tables
    assert [correction.because for correction in found.corrected_by] == [BECAUSE] * 3
    made = [version for correction in found.corrected_by for version in correction.made]
    assert made == [home.lake.newest(table) for table in (home.bad.table, SILVER, GOLD)]


def test_before_it_was_known_nothing_was_corrected(home: AuditedHome) -> None:
    """The same question at the time before says what was believed then."""
    found = find_impact(home.sources, home.bad, home.before)
    assert found.corrected_by == ()
    assert found.predictions == 13


def test_a_version_that_nothing_stands_on_says_so(home: AuditedHome) -> None:
    """The corrected features: no model, no prediction."""
    answer = impact(home.sources, home.lake.newest(GOLD), home.now)
    assert answer.answer["predictions"] == {"count": 0, "denied": 0}
    assert answer.answer["tables"] == []
    assert any("predictions" in line for line in text.impact(answer))


def test_packs_that_were_taken_away_stand_on_it_too(home: AuditedHome, tmp_path: Path) -> None:
    """A pack on one of the predictions, once exported; one on anything else does not."""
    copy = shutil.copytree(home.root, tmp_path / "home")
    with Catalog.open(copy) as catalog:
        for name, about in (("decision", str(home.denied.prediction_id)), ("impact", "other.table@1")):
            payload: dict[str, Json] = {
                "report": name,
                "parameters": {"of": about},
                "pack_sha256": f"{name:f<64}",
            }
            catalog.log.append("export", payload, actor=home.people["anna"])
        sources = Sources(catalog=catalog, lake=Lake(copy / "lake"))
        found = find_impact(sources, home.bad, catalog.log.resolve())
    assert found.reports == ("decision/decisionffffffff",)


def test_a_version_that_does_not_exist_is_not_found(home: AuditedHome) -> None:
    """With what there is instead."""
    with pytest.raises(NoSuchVersion, match="has no version 999"):
        find_impact(home.sources, TableVersion(table=GOLD, version=999), home.now)


def test_the_text_names_everything(home: AuditedHome) -> None:
    """An auditor reads the same facts on a terminal."""
    lines = "\n".join(text.impact(impact(home.sources, home.bad, home.now)))
    for fact in ("mortgage@1", "mortgage#1", "13, of which", BECAUSE, str(GOLD)):
        assert fact in lines
