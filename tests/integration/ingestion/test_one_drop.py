"""One month at a time through the door: refused, repeated, corrected, killed."""

import json
from pathlib import Path
from typing import Any

import pytest

import ingestion.slices
from ingestion.errors import DeliveryTaken, SchemaChanged, UnreadableSource
from ingestion.outcome import LoadOutcome
from lakeproof.demo.landing import applications
from lineage.findings import Severity
from tests.support.doors import APPLICANTS, QUARANTINE, ROWS, TABLES, Door, open_door

WHY = "the core system counted incomes twice"


class Killed(BaseException):
    """The process ends here; nothing of ours may catch it."""


def facets(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["run"]["facets"]
    return found


def changed(source: Path, name: str, old: str, new: str) -> Path:
    """A copy beside the file under another name, with text replaced."""
    path = source.with_name(name)
    path.write_text(source.read_text().replace(old, new))
    return path


def test_a_renamed_column_refuses_the_whole_drop(door: Door) -> None:
    """Nothing is written, not even a table; the refusal names the column and its likely new name."""
    with pytest.raises(SchemaChanged, match=r"hexp is missing; it was probably renamed to housing_expense"):
        door.load(door.landing.renamed)
    assert door.newest() == {}


def test_a_refusal_is_on_record_as_an_alert(door: Door) -> None:
    """START, then FAIL with a schema-change finding that names the file, the table and the column."""
    with pytest.raises(SchemaChanged):
        door.load(door.landing.renamed)
    assert [event["eventType"] for event in door.events] == ["START", "FAIL"]
    (finding,) = facets(door.events[-1])["lakeproof_findings"]["findings"]
    assert (finding["kind"], finding["severity"]) == ("schema-change", "major")
    assert finding["subject"] == "loan_applications_2024-08.csv"
    assert finding["evidence"]["table"] == str(ROWS)
    assert finding["evidence"]["changes"] == [
        {"change": "renamed", "column": "hexp", "found": "housing_expense"}
    ]
    (source,) = door.events[-1]["inputs"]
    assert source["facets"]["version"]["datasetVersion"].startswith("sha256:")


def test_the_drop_sent_again_loads(door: Door) -> None:
    """After a refusal the month is free: the corrected file loads without ado."""
    with pytest.raises(SchemaChanged):
        door.load(door.landing.renamed)
    outcome = door.load(door.landing.resent)
    assert (outcome.rows, outcome.loaded, outcome.quarantined, outcome.already) == (84, 83, 1, False)
    assert door.events[-1]["eventType"] == "COMPLETE"
    assert door.events[-1]["run"]["runId"] != door.events[0]["run"]["runId"]


def test_columns_in_another_order_load_by_name(door: Door, tmp_path: Path) -> None:
    """Order alone is no reason to refuse: the rows are the same, and a minor finding says so."""
    source = door.landing.drops[0]
    lines = [line.split(",") for line in source.read_text().splitlines()]
    path = tmp_path / source.name
    path.write_text("".join(",".join(reversed(cells)) + "\n" for cells in lines))
    outcome = door.load(path)
    assert outcome.loaded == 85
    assert [finding.severity for finding in outcome.findings] == [Severity.MINOR]
    assert door.rows(ROWS)[0]["application_id"] == "A-000001"


def test_impossible_values_go_to_quarantine_and_the_rest_loads(door: Door) -> None:
    """Ten of 82 rows of 2024-11 are kept apart, which is a major finding; 72 load."""
    outcome = door.load(door.landing.impossible)
    assert (outcome.loaded, outcome.quarantined) == (72, 10)
    (finding,) = outcome.findings
    assert (finding.kind, finding.severity) == ("quarantine", Severity.MAJOR)
    assert len(door.rows(QUARANTINE)) == 10 and len(door.rows(ROWS)) == len(door.rows(APPLICANTS)) == 72


def test_broken_rules_are_failed_assertions(door: Door) -> None:
    """The file's assertions say of each rule whether it was kept, and how many rows broke it."""
    door.load(door.landing.impossible)
    (source,) = door.events[-1]["inputs"]
    failed = {
        (assertion["column"], assertion["assertion"]): assertion["actual"]
        for assertion in source["inputFacets"]["dataQualityAssertions"]["assertions"]
        if not assertion["success"]
    }
    assert failed == {
        ("applied_on", "type"): "1 rows",
        ("appinc", "stands-for-unknown"): "2 rows",
        ("dep", "maximum"): "1 rows",
        ("hexp", "minimum"): "1 rows",
        ("loanamt", "minimum"): "1 rows",
        ("obrat", "maximum"): "1 rows",
        ("price", "type"): "1 rows",
        ("pubrec", "maximum"): "1 rows",
        ("term", "stands-for-unknown"): "2 rows",
    }


def test_a_drop_loaded_twice_changes_nothing(door: Door) -> None:
    """The second load names the run of the first, writes no version, and states the same facts again."""
    first = door.load(door.landing.drops[1])
    versions = door.newest()
    second = door.load(door.landing.drops[1])
    assert not first.already and second.already
    assert str(second) == f"{first.file}: already loaded by run {first.run}; nothing changed"
    assert (second.run, second.versions, door.newest()) == (first.run, first.versions, versions)
    assert facts(door.events[1]) == facts(door.events[3])


def facts(event: dict[str, Any]) -> dict[str, Any]:
    """An event without what says when and as which of the stream it was sent."""
    run = {key: facet for key, facet in facets(event).items() if key != "lakeproof_sequence"}
    return {"run": run, **{key: event[key] for key in ("eventType", "job", "inputs", "outputs")}}


def test_other_bytes_for_a_loaded_month_are_refused(door: Door) -> None:
    """Another file for the month is refused with the next move, on record, and nothing is written."""
    first = door.load(door.landing.halved)
    versions = door.newest()
    with pytest.raises(DeliveryTaken, match=rf"loaded for it by run {first.run}.*--correction"):
        door.load(door.landing.correction)
    assert door.newest() == versions
    assert door.events[-1]["eventType"] == "FAIL"
    (finding,) = facets(door.events[-1])["lakeproof_findings"]["findings"]
    assert finding["kind"] == "delivery-taken"


def test_a_correction_replaces_its_month_only(door: Door) -> None:
    """The true values stand where the wrong ones were; the neighbouring month keeps its rows."""
    january, march = door.landing.drops[0], door.landing.halved
    door.load(january)
    before = door.rows(ROWS, month="2024-01")
    door.load(march)
    outcome = door.load(door.landing.correction, correction=WHY)
    assert outcome.corrected and not outcome.already
    assert door.rows(ROWS, month="2024-01") == before
    true = {row["application_id"]: float(row["hrat"]) for row in applications()["2025-03"]}
    after = door.rows(ROWS, month="2025-03")
    assert len(after) == 82 and all(row["hrat"] == true[row["application_id"]] for row in after)
    assert len(door.rows(QUARANTINE, month="2025-03")) == 2
    assert {row["load_id"] for table in TABLES for row in door.rows(table, month="2025-03")} == {
        str(outcome.run)
    }


def test_a_correction_says_what_it_supersedes(door: Door) -> None:
    """Each table's version before the correction is named, with the slice and the reason."""
    door.load(door.landing.halved)
    before = door.newest()
    door.load(door.landing.correction, correction=WHY)
    superseded = facets(door.events[-1])["lakeproof_supersedes"]
    assert superseded["because"] == WHY
    assert {item["dataset"]["name"]: item["version"] for item in superseded["replaced"]} == {
        str(table): str(version) for table, version in before.items()
    }
    assert {item["where"] for item in superseded["replaced"]} == {"drop_month = '2025-03'"}


def test_a_correction_loaded_again_keeps_its_reason(door: Door) -> None:
    """Without a reason or with another one: nothing changes, and the first reason is stated again."""
    door.load(door.landing.halved)
    door.load(door.landing.correction, correction=WHY)
    versions = door.newest()
    for because in (None, "something else"):
        again = door.load(door.landing.correction, correction=because)
        assert again.already and facets(door.events[-1])["lakeproof_supersedes"]["because"] == WHY
    assert door.newest() == versions


def test_a_superseded_file_does_not_come_back_by_accident(door: Door) -> None:
    """After its correction the first file changes nothing, and its run's record stays; on purpose it returns."""
    first = door.load(door.landing.halved)
    door.load(door.landing.correction, correction=WHY)
    told, versions = len(door.events), door.newest()
    again = door.load(door.landing.halved)
    assert (
        str(again) == f"{first.file}: already loaded by run {first.run} and replaced since; nothing changed"
    )
    assert (again.versions, again.loaded, again.quarantined) == (first.versions, 82, 2)
    assert (len(door.events), door.newest()) == (told, versions)
    back = door.load(door.landing.halved, correction="the correction was wrong")
    assert back.corrected and back.run != first.run
    with pytest.raises(DeliveryTaken, match="the same bytes cannot correct twice"):
        door.load(door.landing.correction, correction=WHY)


def test_a_correction_of_nothing_is_refused(door: Door) -> None:
    """There must be something loaded for the month."""
    with pytest.raises(DeliveryTaken, match="nothing was loaded"):
        door.load(door.landing.correction, correction=WHY)
    assert door.newest() == {}


def test_a_damaged_file_is_a_failed_run_and_nothing_else(door: Door) -> None:
    """A ragged file names its lines; START and FAIL are on record, nothing is written."""
    path = changed(door.landing.drops[0], "loan_applications_2024-01_cut.csv", "A-000002,", "A-000002,,")
    with pytest.raises(UnreadableSource, match="line 3 has 64 cells"):
        door.load(path)
    assert [event["eventType"] for event in door.events] == ["START", "FAIL"]
    assert door.newest() == {}


def kill_after(writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End the process after that many commits to tables, counting created ones."""
    left = [writes]

    def counted(name: str) -> None:
        real = getattr(ingestion.slices, name)

        def write(*args: Any, **kwargs: Any) -> Any:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return real(*args, **kwargs)

        monkeypatch.setattr(ingestion.slices, name, write)

    for name in ("create_table", "append", "replace_slice"):
        counted(name)


def outcome_of(door: Door, outcome: LoadOutcome) -> dict[str, Any]:
    """What a load left behind, but for what is random (subjects, ciphertexts) or a version's number."""
    random = {"subject_ref", "applicant_name_enc", "national_number_enc", "row_enc"}
    rows = {
        str(table): sorted(
            ({key: value for key, value in row.items() if key not in random} for row in door.rows(table)),
            key=str,
        )
        for table in TABLES
    }
    return {"rows": rows, "run": outcome.run, "counts": (outcome.loaded, outcome.quarantined)}


@pytest.mark.parametrize("writes", range(7))
def test_a_killed_load_is_completed_by_the_next(
    writes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever between commits a first load ends, loading the file again leaves what one load leaves."""
    with open_door(tmp_path / "whole") as whole, open_door(tmp_path / "killed") as killed:
        expected = outcome_of(whole, whole.load(whole.landing.drops[1]))
        with monkeypatch.context() as context:
            kill_after(writes, context)
            if writes < 6:
                with pytest.raises(Killed):
                    killed.load(killed.landing.drops[1])
            else:
                killed.load(killed.landing.drops[1])
        assert outcome_of(killed, killed.load(killed.landing.drops[1])) == expected
        stated = killed.events[-1]
        assert stated["eventType"] == "COMPLETE"
        for output in stated["outputs"]:
            assert output["facets"]["lakeproof_commits"]["versions"] == [0, 1]


@pytest.mark.parametrize("writes", range(3))
def test_a_killed_correction_is_completed_by_the_next(
    writes: int, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever between commits a correction ends, it is taken up by the same run and supersedes the same."""
    door.load(door.landing.halved)
    before = door.newest()
    with monkeypatch.context() as context:
        kill_after(writes, context)
        with pytest.raises(Killed):
            door.load(door.landing.correction, correction=WHY)
    outcome = door.load(door.landing.correction, correction=WHY)
    assert {table: version - 1 for table, version in door.newest().items()} == before
    assert {row["load_id"] for table in TABLES for row in door.rows(table)} == {str(outcome.run)}
    superseded = facets(door.events[-1])["lakeproof_supersedes"]
    assert {item["version"] for item in superseded["replaced"]} == {str(v) for v in before.values()}


def test_the_commit_of_a_correction_carries_its_reason(door: Door) -> None:
    """The binding in Delta's own log says why, beside run, job, actor and code."""
    door.load(door.landing.halved)
    outcome = door.load(door.landing.correction, correction=WHY)
    commit = door.lake.history(ROWS)[-1]
    assert commit.run == outcome.run and commit.claimed is not None
    assert json.loads(commit.claimed)["because"] == WHY
