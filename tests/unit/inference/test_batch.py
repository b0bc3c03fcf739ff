"""Batches: every prediction of a segment in exactly one, by what it stands on; the same at every drain."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inference.batch import batches
from inference.framing import join
from inference.journal import Segment
from inference.tables import SCHEMA, rows_of
from lineage.merkle import inclusion_proof, leaf_hash, verify_inclusion
from lineage.names import JobId, TableVersion
from lineage.predictions import Prediction, prediction_leaf
from tests.support.scoring import SERIES, failed, prediction

SEGMENT = Segment(number=3, series=SERIES)
SOURCE = TableVersion.parse("gold.loan_features@24")
NOWHERE = {"model": "nope", "model_version": None, "deployment": None}


def _records(*predictions: Prediction) -> list[bytes]:
    return [one.canonical() for one in predictions]


def test_predictions_part_by_what_they_stand_on() -> None:
    """Deployment and source decide; a failure read no source; what none answered is a job of its own."""
    made = batches(
        SEGMENT,
        _records(
            prediction(1, source=SOURCE),
            prediction(2, source=SOURCE),
            prediction(3),
            prediction(4, deployment=2, model_version=2),
            failed(5, source=SOURCE),
            failed(6, **NOWHERE),
            failed(7, **{**NOWHERE, "model": "other"}),
        ),
    )
    found = {
        (str(batch.origin.deployment), str(batch.origin.source)): [
            one.prediction_id.int for one in batch.predictions
        ]
        for batch in made
    }
    assert found == {
        ("mortgage#1", "gold.loan_features@24"): [1, 2],
        ("mortgage#1", "None"): [3, 5],
        ("mortgage#2", "None"): [4],
        ("None", "None"): [6, 7],
    }
    jobs = {batch.origin.job for batch in made}
    assert jobs == {JobId.ours("inference", "mortgage"), JobId.ours("inference", "refused")}


@given(st.lists(st.lists(st.integers(1, 10**6), min_size=1, max_size=4), max_size=6))
def test_every_prediction_is_in_exactly_one_batch(requests: list[list[int]]) -> None:
    """Leaves over all batches are the journaled lines, none twice and none lost."""
    predictions = [[prediction(n, deployment=n % 3 + 1) for n in request] for request in requests]
    records = [join(one.canonical() for one in request) for request in predictions]
    made = batches(SEGMENT, records)
    assert sorted(leaf for batch in made for leaf in batch.leaves) == sorted(
        one.canonical() for request in predictions for one in request
    )


@given(st.permutations(range(1, 6)))
def test_a_batch_follows_from_its_segment(order: list[int]) -> None:
    """Run id, root and order are the same in whatever order records were read; another segment differs."""
    made = batches(SEGMENT, _records(*map(prediction, order)))
    assert made == batches(SEGMENT, _records(*map(prediction, range(1, 6))))
    following = batches(Segment(number=4, series=SERIES), _records(*map(prediction, order)))
    assert following[0].run_id != made[0].run_id
    assert following[0].application == made[0].application
    assert following[0].merkle_root == made[0].merkle_root


def test_one_prediction_is_provable_by_its_row() -> None:
    """The leaf computed from a row of the table is in the root that the run states, at its leaf index."""
    (batch,) = batches(SEGMENT, _records(*map(prediction, range(1, 8))))
    rows = rows_of(batch).to_pylist()
    hashes = [leaf_hash(prediction_leaf(row)) for row in rows]
    root = bytes.fromhex(str(batch.details()["merkle_root"]))
    for index, row in enumerate(rows):
        assert row["leaf_index"] == index
        proof = inclusion_proof(hashes, index)
        assert verify_inclusion(leaf_hash(prediction_leaf(row)), index, len(rows), proof, root)


def test_details_count_and_bound_the_batch() -> None:
    """Count, failures, first and last id in order of ids."""
    (batch,) = batches(SEGMENT, _records(failed(9), prediction(2), prediction(5)))
    details = batch.details()
    assert (details["count"], details["failed"]) == (3, 1)
    assert details["first_id"] == str(UUID(int=2)) and details["last_id"] == str(UUID(int=9))
    assert batch.features == ("hrat", "obrat", "pubrec")


def test_rows_have_the_columns_of_the_table() -> None:
    """A batch is rows of serving.predictions, failed ones with nulls."""
    (batch,) = batches(SEGMENT, _records(prediction(1), failed(2)))
    rows = rows_of(batch)
    assert rows.schema == SCHEMA
    assert rows["status"].to_pylist() == ["ok", "failed"]
    assert rows["score"].to_pylist() == [0.25, None]
    assert set(rows["batch"].to_pylist()) == {str(batch.run_id)}
