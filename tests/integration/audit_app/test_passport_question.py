"""Claims about the passport, each hop against the tables' own logs and the files themselves."""

import csv
import hashlib
import json
from uuid import UUID

import pytest
from deltalake import DeltaTable

from audit_app import text
from audit_app.questions.passport import find_passport, trace
from lineage.certainty import Verified
from lineage.errors import NotFound
from lineage.predictions import Status
from tests.support.audited import BAD_MONTH, BECAUSE, BRONZE, CODE, DIGEST, GOLD, SILVER, AuditedHome


def test_the_way_leads_to_the_file_that_holds_the_application(home: AuditedHome) -> None:
    """The named file has the stated digest, and a line of this application with the features that were used."""
    for prediction in (home.of_month("2025-12")[0], home.of_month(BAD_MONTH)[0]):
        found = find_passport(home.sources, prediction.prediction_id, home.now)
        (file,) = found.way.files
        path = home.root / "landing" / file.name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
        with path.open(newline="") as lines:
            (row,) = (r for r in csv.DictReader(lines) if r["application_id"] == prediction.application_id)
        assert {name: float(row[name]) for name in prediction.features} == prediction.features


def test_one_question_opens_a_version_once(home: AuditedHome) -> None:
    """All its parts see the same table; the next question looks anew."""
    glance = home.sources.glance().lake
    assert glance.open(GOLD) is glance.open(GOLD)
    assert glance.open(GOLD, 0) is glance.open(GOLD, 0) is not glance.open(GOLD)
    assert home.sources.glance().lake.open(GOLD) is not glance.open(GOLD)


def test_each_hop_is_in_the_tables_own_logs(home: AuditedHome) -> None:
    """Version by version, the commit is bound to the run that the passport names."""
    found = find_passport(home.sources, home.denied.prediction_id, home.now)
    assert [hop.read.table for hop in found.way.hops] == [GOLD, SILVER, BRONZE]
    for hop in found.way.hops:
        log = home.root / "lake" / hop.written.table.schema / hop.written.table.table / "_delta_log"
        lines = (log / f"{hop.written.version:020}.json").read_text().splitlines()
        (info,) = (json.loads(line)["commitInfo"] for line in lines if "commitInfo" in line)
        assert hop.run is not None
        assert json.loads(info["userMetadata"])["run"] == str(hop.run.id)


def test_the_row_is_traced_to_the_version_that_first_had_it(home: AuditedHome) -> None:
    """The features table was read at its newest version; the row of an earlier month came in earlier."""
    found = find_passport(home.sources, home.of_month(BAD_MONTH)[0].prediction_id, home.now)
    gold = found.way.hops[0]
    assert gold.written.version < gold.read.version
    table = DeltaTable(home.lake.path(GOLD), version=gold.written.version - 1)
    assert (
        gold.row["application_id"] not in table.to_pyarrow_dataset().to_table()["application_id"].to_pylist()
    )


def test_everything_is_verified_when_nothing_was_touched(home: AuditedHome) -> None:
    """Row under the root, commits bound, four eyes, the same score again, files as they were."""
    found = find_passport(home.sources, home.denied.prediction_id, home.now)
    assert [check for check in found.checks if check.status != "verified"] == []
    assert {check.name for check in found.checks} == set(
        "filed-once merkle-root model deployment four-eyes scorecard score features landing-file manifest binding "
        "entries".split()
    )
    assert isinstance(found.coverage.verdict, Verified)


def test_model_and_people_are_named(home: AuditedHome) -> None:
    """Digest, deployment, approver, trainer and the refused attempt."""
    told = trace(home.sources, home.denied.prediction_id, home.now).answer
    model, approval, refusals = told["model"], told["approval"], told["refusals"]
    assert isinstance(model, dict)
    assert isinstance(approval, dict)
    assert isinstance(refusals, list)
    assert (model["name"], model["digest"], model["trainer"]) == ("mortgage@1", DIGEST, "ed")
    assert (approval["by"], approval["note"], approval["authenticated"]) == ("anna", "read the card", True)
    assert [refusal["by"] for refusal in refusals if isinstance(refusal, dict)] == ["tess"]


def test_columns_end_in_the_file(home: AuditedHome) -> None:
    """Each feature comes from the column of the same name in the file of the application."""
    found = find_passport(home.sources, home.denied.prediction_id, home.now)
    (file,) = found.way.files
    for feature in found.features:
        assert [(end.dataset.name, end.column) for end in feature.ends] == [(file.name, feature.name)]
        assert not feature.unknown


def test_corrections_are_told_once_they_are_known(home: AuditedHome) -> None:
    """The bad month's application and the training stood on what was corrected; the last month's row did not."""
    bad, last = home.of_month(BAD_MONTH)[0].prediction_id, home.of_month("2025-12")[0].prediction_id
    assert find_passport(home.sources, bad, home.before).corrections == ()
    touched = find_passport(home.sources, bad, home.now).corrections
    assert {(each.as_, each.correction.version.table) for each in touched} == {
        (kind, table) for kind in ("application", "training") for table in (BRONZE, SILVER, GOLD)
    }
    assert {each.correction.because for each in touched} == {BECAUSE}
    assert {each.as_ for each in find_passport(home.sources, last, home.now).corrections} == {"training"}


def test_a_failed_request_has_a_passport_too(home: AuditedHome) -> None:
    """It says that it failed, and what cannot be followed."""
    rows = home.lake.read(
        home.lake.newest(find_passport(home.sources, home.denied.prediction_id, home.now).filed.version.table)
    )
    (failed,) = (row for row in rows.to_pylist() if row["status"] == Status.FAILED.value)
    answer = trace(home.sources, UUID(failed["prediction_id"]), home.now)
    assert answer.coverage.status == "not_checkable"
    assert "obrat is missing" in "\n".join(text.passport(answer))


def test_an_unknown_prediction_is_not_found(home: AuditedHome) -> None:
    """With what to do next."""
    with pytest.raises(NotFound, match="check the id"):
        trace(home.sources, UUID(int=7), home.now)


def test_the_text_is_complete(home: AuditedHome) -> None:
    """Decision, model, people, versions, file, code: each is on the terminal."""
    answer = trace(home.sources, home.denied.prediction_id, home.now)
    lines = "\n".join(text.passport(answer))
    facts = ("deny", "mortgage@1", "mortgage#1", "anna", "ed", str(GOLD), ".csv, SHA-256", CODE, "Checked")
    assert [fact for fact in facts if fact not in lines] == []
