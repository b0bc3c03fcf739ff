"""All 24 months through the door, compared with the study itself."""

import json
import re
from collections import Counter

from ingestion.tables import sealed_name
from lakeproof.demo.faults import HALVED_MONTH, IMPOSSIBLE_MONTH
from lakeproof.demo.landing import applications
from tests.support.doors import APPLICANTS, QUARANTINE, ROWS, TABLES, Door


def test_every_application_is_loaded_or_quarantined_once(loaded: Door) -> None:
    """1,989 applications in: 1,946 loaded and 43 in quarantine, month by month, none twice and none lost."""
    months = Counter(row["drop_month"] for table in (ROWS, QUARANTINE) for row in loaded.rows(table))
    assert months == {month: len(rows) for month, rows in applications().items()}
    ids = [row["application_id"] for row in loaded.rows(ROWS)]
    assert len(ids) == len(set(ids)) == 1946
    assert len(loaded.rows(QUARANTINE)) == 43


def test_loaded_values_are_the_studys(loaded: Door) -> None:
    """Outside the halved month, every value in the table is the study's, as its type."""
    true = {row["application_id"]: row for rows in applications().values() for row in rows}
    for row in loaded.rows(ROWS):
        for name, value in row.items():
            if name in {"subject_ref", "drop_month", "load_id"}:
                continue
            text = true[row["application_id"]][name]
            if row["drop_month"] == HALVED_MONTH and name in {"hrat", "obrat"}:
                assert value == float(text) / 2
            elif isinstance(value, int | float):
                assert value == float(text)
            else:
                assert (value is None and not text) or str(value) == text


def test_quarantine_tells_every_reason(loaded: Door) -> None:
    """The six planted rows of 2024-11 are there with all their reasons; the rest are the study's codes."""
    reasons = {
        row["row_number"]: json.loads(row["reasons"])
        for row in loaded.rows(QUARANTINE)
        if row["drop_month"] == IMPOSSIBLE_MONTH
    }
    assert reasons[5] == ["loanamt: -150 must be at least 1"]
    assert reasons[16] == ["obrat: 900.0 must be at most 100"]
    assert reasons[28] == ["price: n/a is not a finite number"]
    assert reasons[39] == ["applied_on: 2024-11-31 is not a day as 2024-03-31"]
    assert reasons[50] == ["dep: 45 must be at most 20", "hexp: -1 must be at least 0"]
    assert reasons[61] == ["pubrec: 7 must be at most 1"]
    codes = Counter(
        reason.split(":")[0]
        for row in loaded.rows(QUARANTINE)
        for reason in json.loads(row["reasons"])
        if "study's code" in reason
    )
    assert codes == {"appinc": 21, "liq": 9, "term": 4, "gdlin": 2, "lines": 1}


def test_personal_values_come_back_only_through_the_vault(loaded: Door) -> None:
    """Each applicant's ciphertexts decrypt to the invented name and number, under that subject and column."""
    true = {row["application_id"]: row for rows in applications().values() for row in rows}
    applicants = loaded.rows(APPLICANTS, month="2025-12")
    assert len(applicants) == 81
    for row in applicants:
        for name in ("applicant_name", "national_number"):
            sealed = sealed_name(name)
            plain = loaded.vault.decrypt(row["subject_ref"], f"{APPLICANTS}.{sealed}", row[sealed])
            assert plain.decode() == true[row["application_id"]][name]


def test_a_quarantined_row_can_be_read_whole_through_the_vault(loaded: Door) -> None:
    """The ciphertext of a rejected row holds every column as it arrived."""
    row = loaded.rows(QUARANTINE, month="2024-02")[0]
    plain = json.loads(loaded.vault.decrypt(row["subject_ref"], f"{QUARANTINE}.row_enc", row["row_enc"]))
    assert plain == applications()["2024-02"][row["row_number"] - 1]


def test_no_personal_value_is_in_clear_anywhere(loaded: Door) -> None:
    """No name and no national number is in any byte of the home but the landing folder, or in an event.

    Cells are searched as well: a value could hide in a compressed page.
    """
    personal = {
        row[name].encode()
        for rows in applications().values()
        for row in rows
        for name in ("applicant_name", "national_number")
    }
    shapes = re.compile(rb"[A-Z][a-z]+ [A-Z][a-z]+|000-[0-9]{2}-[0-9]{4}")
    assert all(shapes.fullmatch(value) for value in personal)
    files = [path for path in loaded.home.rglob("*") if path.is_file() and "landing" not in path.parts]
    assert len(files) > 100
    places = [path.read_bytes() for path in files]
    places += [repr(loaded.rows(table)).encode() for table in TABLES]
    places.append(json.dumps(loaded.events).encode())
    assert [found for place in places for found in shapes.findall(place) if found in personal] == []


def test_every_commit_is_bound_to_a_run_that_states_it(loaded: Door) -> None:
    """Each table's commits are exactly those that the COMPLETE events state for it, in order."""
    stated: dict[str, list[int]] = {str(table): [] for table in TABLES}
    for event in loaded.events:
        for output in event.get("outputs", []) if event["eventType"] == "COMPLETE" else []:
            stated[output["name"]] += output["facets"].get("lakeproof_commits", {}).get("versions", [])
    for table in TABLES:
        assert stated[str(table)] == [commit.version for commit in loaded.lake.history(table)]


def test_columns_of_personal_data_are_masked_in_lineage(loaded: Door) -> None:
    """Column lineage is the identity for plain columns, and masked for what was encrypted or referred to."""
    outputs = {
        output["name"]: output["facets"]["columnLineage"]["fields"] for output in loaded.events[-1]["outputs"]
    }
    hrat = outputs[str(ROWS)]["hrat"]["inputFields"][0]
    assert (hrat["name"], hrat["field"]) == ("loan_applications_2025-12.csv", "hrat")
    assert hrat["transformations"] == [{"type": "DIRECT", "subtype": "IDENTITY", "masking": False}]
    name = outputs[str(APPLICANTS)]["applicant_name_enc"]["inputFields"][0]
    assert name["field"] == "applicant_name"
    assert name["transformations"][0]["masking"] is True
    assert {field["field"] for field in outputs[str(QUARANTINE)]["row_enc"]["inputFields"]} == set(
        loaded.contract.header
    )


def test_control_totals_are_the_files(loaded: Door) -> None:
    """Rows in the file = loaded + quarantined, and the sums are those of the loaded rows, exactly."""
    details = loaded.events[-1]["run"]["facets"]["lakeproof_details"]
    assert details["kind"] == "load"
    totals = details["details"]
    assert (totals["rows_in_file"], totals["rows_loaded"], totals["rows_quarantined"]) == (84, 81, 3)
    amounts = [row["loanamt"] for row in loaded.rows(ROWS, month="2025-12")]
    assert totals["sums"]["loanamt"] == str(sum(amounts))
    assert totals["subject_keys"]["count"] == 84
