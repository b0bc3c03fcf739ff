"""Records as older versions of the program left them: rows in tests/golden/schemas, put into a database of today.

A file there is what a home of that schema held, table by table: made once by that program, never changed. Whoever
changes a table that is not a projection adds a file.
"""

import json
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, MetaData, Table

from tests.support.migrating import revisions, upgrade
from tests.support.places import Place

_FOLDER = Path(__file__).parents[1] / "golden" / "schemas"

Old = dict[str, Any]


@cache
def left_by(revision: str) -> Old:
    """What a database of this revision holds: `size` and `root` of its log, and its `tables`."""
    known = revisions()
    files = sorted(_FOLDER.glob("*.json"))
    fitting = [file for file in files if known.index(file.stem) <= known.index(revision)]
    found: Old = json.loads((fitting[-1] if fitting else files[0]).read_text(encoding="utf-8"))
    return found


def put_back(place: Place, revision: str) -> Old:
    """Make the database of that revision with its rows in it; tables that it did not have stay out."""
    upgrade(place, revision)
    old = left_by(revision)
    with closing(place.store()) as store, store.sequenced() as session:
        schema = MetaData()
        schema.reflect(session.connection())
        for table in schema.sorted_tables:
            stated = old["tables"].get(table.name)
            if stated and stated["rows"] and set(stated["columns"]) == set(table.columns.keys()):
                session.execute(
                    table.insert(), [_row(table, stated["columns"], row) for row in stated["rows"]]
                )
    return old


def _row(table: Table, names: list[str], row: list[Any]) -> dict[str, Any]:
    return {name: _value(table.columns[name], value) for name, value in zip(names, row, strict=True)}


def _value(column: Column[Any], value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    return bool(value) if isinstance(column.type, Boolean) else value
