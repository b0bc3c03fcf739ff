"""On PostgreSQL a list of values is one array; on every database the answer is the same."""

from contextlib import closing

import pytest
from sqlalchemy import select, tuple_

from catalog.bulk import find_rows, insert_rows
from catalog.databases.postgresql import _with_arrays
from catalog.graph.orm import DatasetRow, VersionRow
from tests.support.places import Place

_NAMES = ["a", "B", "ä", "{,}", 'x"y', "\\", "NULL", "\1", ""]
_ROWS = [(number, "n", name, number) for number, name in enumerate(_NAMES, 1)]


def test_rows_are_found_by_lists_of_numbers_text_and_pairs(place: Place) -> None:
    """Few values or many, none, all but some, of any characters; NULL among those inserted."""
    place.open().close()
    versions = [(1, 7, None, None, 1), (2, 7, "1", 1, 1), (3, 8, None, None, 1)]
    with closing(place.store()) as store, store.sequenced() as session:
        connection = session.connection()
        insert_rows(connection, DatasetRow, ("id", "namespace", "name", "seq"), _ROWS)
        insert_rows(connection, VersionRow, ("id", "dataset_id", "version", "number", "seq"), versions)
        insert_rows(
            connection, VersionRow, ("id", "dataset_id", "version", "number", "seq"), [(4, 9, None, None, 1)]
        )
        row, all_ = DatasetRow, set(_NAMES)

        def named(*where: object) -> list[str]:
            return list(session.scalars(select(row.name).where(*where).order_by(row.id)))  # type: ignore[arg-type]

        for many in (range(2, 4), range(2, 2), range(2, 3000)):
            assert named(row.id.in_(many)) == [name for number, _, name, _ in _ROWS if number in many]
            assert named(row.id.not_in(many)) == [name for number, _, name, _ in _ROWS if number not in many]
        assert set(named(row.name.in_(_NAMES))) == all_
        assert named(row.name.in_(["B", "b", "%", "x"]), row.id.in_([2, 3])) == ["B"]
        assert named(tuple_(row.namespace, row.name).in_([("n", "ä"), ("m", "a")])) == ["ä"]
        found = find_rows(
            connection, row, ("namespace", "name"), [("n", name) for name in _NAMES], ("name", "id")
        )
        assert dict(set(found)) == {name: number for number, _, name, _ in _ROWS}
        bare = find_rows(
            connection, VersionRow, ("dataset_id",), [(7,), (8,), (10,)], ("id",), null="version"
        )
        assert set(bare) == {(1,), (3,)}


@pytest.mark.parametrize(
    "statement",
    [
        "x NOT IN (%(a_1)s::BIGINT, %(a_2)s::BIGINT)",
        "(x, y) IN ((%(a_1)s::BIGINT, %(a_2)s::BIGINT))",
        "x = 1",
    ],
)
def test_what_is_no_list_of_one_type_is_left_alone(statement: str) -> None:
    """Negations and lists of rows keep their form."""
    given = {"a_1": 1, "a_2": 2}
    assert _with_arrays(None, None, statement, given, None, False) == (statement, given)  # type: ignore[arg-type]
