"""A prediction's canonical bytes are the same from the journal, from a row of the table, and again."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.errors import BadInput
from lineage.names import TableName, TableVersion
from lineage.predictions import Prediction, Status, prediction_leaf
from lineage.scorecard import Reason

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
START = datetime(1990, 1, 1, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
REASONS = st.builds(Reason, feature=TEXTS, text=TEXTS, points_lost=FLOATS)
SOURCES = st.builds(
    TableVersion, table=st.just(TableName(schema="gold", table="loan_features")), version=st.integers(0, 9)
)
PREDICTIONS = st.builds(
    Prediction,
    prediction_id=st.uuids(),
    requested_at=st.integers(0, 10**10).map(lambda n: START + timedelta(microseconds=n * 12345)),
    model=TEXTS,
    status=st.sampled_from(Status),
    application_id=st.none() | TEXTS,
    subject_ref=st.none() | TEXTS,
    model_version=st.none() | st.integers(1, 9),
    deployment=st.none() | st.integers(1, 9),
    source=st.none() | SOURCES,
    score=st.none() | FLOATS,
    decision=st.none() | TEXTS,
    reasons=st.lists(REASONS, max_size=4).map(tuple),
    features=st.dictionaries(TEXTS, st.none() | FLOATS, max_size=5),
    error=st.none() | TEXTS,
)


@given(PREDICTIONS)
def test_the_bytes_tell_all(prediction: Prediction) -> None:
    """Parsing the canonical bytes gives the same prediction, which has the same bytes, on one line."""
    line = prediction.canonical()
    assert Prediction.parse(line) == prediction
    assert Prediction.parse(line).canonical() == line
    assert b"\n" not in line


@given(PREDICTIONS, st.uuids(), st.integers(0, 9))
def test_a_row_has_the_leaf_of_the_journal(prediction: Prediction, batch: UUID, index: int) -> None:
    """What is filed hashes to what was journaled, wherever it was filed."""
    row = {**prediction.to_row(), "batch": str(batch), "leaf_index": index}
    assert prediction_leaf(row) == prediction.canonical()


def test_the_leaf_is_json_that_people_can_read() -> None:
    """Reasons and features are objects of the record, not texts in it."""
    prediction = Prediction(
        prediction_id=UUID(int=7),
        requested_at=datetime(2025, 12, 1, tzinfo=UTC),
        model="mortgage",
        status=Status.OK,
        model_version=1,
        deployment=2,
        score=0.5,
        decision="deny",
        reasons=(Reason(feature="obrat", text="Obligations are high", points_lost=9.5),),
        features={"obrat": 40.0, "liq": None},
    )
    assert json.loads(prediction.canonical()) == {
        "prediction_id": "00000000-0000-0000-0000-000000000007",
        "application_id": None,
        "subject_ref": None,
        "requested_at": "2025-12-01T00:00:00.000000Z",
        "model": "mortgage",
        "model_version": 1,
        "deployment": 2,
        "source": None,
        "score": 0.5,
        "decision": "deny",
        "reasons": [{"feature": "obrat", "points_lost": 9.5, "text": "Obligations are high"}],
        "features": {"liq": None, "obrat": 40},
        "status": "ok",
        "error": None,
    }


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"null", b'{"reasons": 1, "features": {}}', b"\xff"])
def test_other_bytes_are_refused(line: bytes) -> None:
    """What is no prediction record raises BadInput, whatever it is."""
    with pytest.raises(BadInput):
        Prediction.parse(line)


@pytest.mark.parametrize("row", [{}, {"reasons": "x", "features": "{}"}, {"reasons": "[]", "features": None}])
def test_other_rows_are_refused(row: dict[str, Any]) -> None:
    """What is no row of the table raises BadInput."""
    with pytest.raises(BadInput):
        prediction_leaf(row)
