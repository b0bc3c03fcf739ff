"""The demo's landing folder: the study's rows, invented days and people, planted faults."""

import csv
import hashlib
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from lakeproof.demo.landing import Landing, applications, write_landing
from lakeproof.demo.people import invent
from lakeproof.demo.study import study_rows

INVENTED = ("application_id", "applied_on", "applicant_name", "national_number")


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Landing:
    return write_landing(tmp_path_factory.mktemp("landing"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_of_the_study_is_there_once() -> None:
    """1,989 applications with the study's 59 columns, value for value; only four columns are added."""
    placed = [row for rows in applications().values() for row in rows]
    assert len(placed) == 1989
    bare = Counter(tuple(v for k, v in row.items() if k not in INVENTED) for row in placed)
    assert bare == Counter(tuple(row.values()) for row in study_rows())


def test_days_fill_24_months_evenly_and_ids_follow_them() -> None:
    """From the first to the last day of 2024 and 2025, two or three a day, numbered in order."""
    placed = [row for rows in applications().values() for row in rows]
    days = Counter(date.fromisoformat(row["applied_on"]) for row in placed)
    assert (min(days), max(days), len(days)) == (date(2024, 1, 1), date(2025, 12, 31), 731)
    assert set(days.values()) == {2, 3}
    assert [row["application_id"] for row in placed] == [f"A-{number:06d}" for number in range(1, 1990)]
    assert [row["applied_on"] for row in placed] == sorted(row["applied_on"] for row in placed)


def test_people_are_clearly_invented() -> None:
    """Numbers in the area 000, which is given to no one; each person has one of their own."""
    people = [invent(number) for number in range(1, 1990)]
    assert all(re.fullmatch(r"000-[0-9]{2}-[0-9]{4}", person.national_number) for person in people)
    assert len({person.national_number for person in people}) == 1989
    assert all(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", person.name) for person in people)
    assert len({person.name for person in people}) > 1900


def test_a_name_says_nothing_about_the_applicant() -> None:
    """Names are drawn by the application's number alone."""
    for rows in applications().values():
        for row in rows:
            number = int(row["application_id"].removeprefix("A-"))
            assert (row["applicant_name"], row["national_number"]) == (
                invent(number).name,
                invent(number).national_number,
            )


def test_the_folder_is_complete(landing: Landing) -> None:
    """24 drops, the resent one, the correction, and a README that says what is invented and planted."""
    folder = landing.drops[0].parent
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    assert names == sorted(
        [f"loan_applications_{month}.csv" for month in months]
        + [
            "README.txt",
            "corrections/loan_applications_2025-03_correction.csv",
            "loan_applications_2024-08_resent.csv",
        ]
    )
    assert len(landing.arrivals) == 25
    assert landing.arrivals.index(landing.resent) == landing.arrivals.index(landing.renamed) + 1
    readme = (folder / "README.txt").read_text()
    assert all(
        word in readme for word in ("INVENTED", "PLANTED", "Nobody in these files exists", "2024-11", "000")
    )


def test_the_renamed_drop_differs_in_its_header_only(landing: Landing) -> None:
    """hexp is called housing_expense; the resent file is right."""
    renamed, resent = landing.renamed.read_text(), landing.resent.read_text()
    assert renamed.replace("housing_expense", "hexp", 1) == resent != renamed
    assert rows_of(landing.resent) == applications()["2024-08"]


def test_the_impossible_drop_has_six_spoilt_rows(landing: Landing) -> None:
    """Six rows differ from the truth, one of them in two columns."""
    differences = {
        number: sorted(name for name in true if true[name] != found[name])
        for number, (true, found) in enumerate(
            zip(applications()["2024-11"], rows_of(landing.impossible), strict=True), 1
        )
        if true != found
    }
    assert differences == {
        5: ["loanamt"], 16: ["obrat"], 28: ["price"], 39: ["applied_on"], 50: ["dep", "hexp"], 61: ["pubrec"],
    }  # fmt: skip


def test_the_halved_drop_is_wrong_in_two_columns_of_every_row(landing: Landing) -> None:
    """hrat and obrat are half the truth; the correction has the truth."""
    wrong, right = rows_of(landing.halved), rows_of(landing.correction)
    assert right == applications()["2025-03"]
    for bad, good in zip(wrong, right, strict=True):
        assert all(float(bad[name]) == float(good[name]) / 2 for name in ("hrat", "obrat"))
        assert {name for name in good if good[name] != bad[name]} <= {"hrat", "obrat"}


def test_the_bytes_are_always_the_same(landing: Landing, tmp_path: Path) -> None:
    """Written anywhere, at any time, the folder has this digest; written again, no file is touched."""
    again = write_landing(tmp_path)

    def digest(of: Landing) -> str:
        files = sorted(of.drops[0].parent.rglob("*.csv"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

    assert digest(landing) == digest(again)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.csv")}
    write_landing(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.csv")} == before
