"""Retention classes: how long a table's past must stay readable, on what legal basis, since when."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml

from lineage.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """A class of the policy as it was in force on some day. `days` are counted from what `clock` names."""

    name: str
    in_force: date
    days: int
    clock: str
    basis: str
    jurisdiction: str


def retention(name: str, *, on: date) -> Retention:
    """The class `name` as in force on that day. Raises NotFound, listing the classes."""
    rows = [row for row in policy() if row.name == name and row.in_force <= on]
    if not rows:
        known = ", ".join(sorted({row.name for row in policy()}))
        raise NotFound(
            f"there is no retention class '{name}' in force on {on}", next_move=f"choose one of: {known}"
        )
    return max(rows, key=lambda row: row.in_force)


@cache
def policy() -> tuple[Retention, ...]:
    """Every row of the policy that Lakeproof ships."""
    rows = yaml.safe_load(files("lakehouse").joinpath("retention.yaml").read_text("utf-8"))
    return tuple(Retention(name=row.pop("class"), **row) for row in rows)
