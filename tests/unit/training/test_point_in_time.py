"""Claims about which applications a model may learn from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from training.features import NAMES
from training.point_in_time import TEST, TRAIN, TrainingSet, training_set
from training.settings import TrainSettings

SETTINGS = TrainSettings(cutoff=date(2025, 10, 1), test_months=3)
_days = st.dates(min_value=date(2025, 1, 1), max_value=date(2025, 12, 31))


def _features(rows: list[tuple[str, datetime]]) -> pa.Table:
    return pa.table(
        {
            "application_id": [row[0] for row in rows],
            "feature_time": pa.array([row[1] for row in rows], pa.timestamp("us", "UTC")),
            **{name: [1.0] * len(rows) for name in NAMES},
        }
    )


def _outcomes(rows: Sequence[tuple[str, date | None, Any]]) -> pa.Table:
    return pa.table(
        {
            "application_id": [row[0] for row in rows],
            "decided_on": pa.array([row[1] for row in rows], pa.date32()),
            "approve": pa.array([row[2] for row in rows], pa.int64()),
        }
    )


def _chosen(known: datetime, decided: date | None, approve: Any = 1) -> TrainingSet:
    return training_set(_features([("A-1", known)]), _outcomes([("A-1", decided, approve)]), SETTINGS)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@given(_days, _days)
def test_only_what_was_known_and_decided_before_the_cutoff_is_used(known: date, decided: date) -> None:
    """A row is used exactly when both days lie before the cutoff and the features are no hindsight."""
    chosen = _chosen(_at(known), decided)
    assert bool(chosen.rows.num_rows) == (known <= decided < SETTINGS.cutoff)


@given(_days)
def test_the_latest_months_are_held_back(decided: date) -> None:
    """Decisions of the test months are judged on, all earlier ones are learnt from."""
    rows = _chosen(_at(date(2025, 1, 1)), decided).rows
    for part in rows["part"].to_pylist():
        assert part == (TEST if decided >= date(2025, 7, 1) else TRAIN)


def test_what_is_left_out_is_counted_by_reason() -> None:
    """Nothing disappears silently."""
    early, late = _at(date(2025, 1, 1)), _at(date(2025, 11, 1))
    features = _features([("A-1", early), ("A-2", late), ("A-3", early), ("A-4", early), ("A-5", early)])
    outcomes = _outcomes(
        [
            ("A-1", date(2025, 2, 1), 0),
            ("A-2", date(2025, 2, 1), 1),
            ("A-3", date(2025, 12, 1), 1),
            ("A-4", date(2025, 2, 1), None),
            ("A-6", date(2025, 2, 1), 1),
        ]
    )
    chosen = training_set(features, outcomes, SETTINGS)
    assert chosen.rows["application_id"].to_pylist() == ["A-1"]
    assert chosen.left_out == {
        "without_both_sides": 2,
        "not_before_cutoff": 2,
        "known_after_decision": 1,
        "undecided": 1,
    }


@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """Tables promise no order; the training set and its digest have one."""
    known = [(f"A-{n}", _at(date(2025, 1, 1))) for n in range(8)]
    decided = [(f"A-{n}", date(2025, 3, 1) + timedelta(days=30 * n), n % 2) for n in range(8)]
    straight = training_set(_features(known), _outcomes(decided), SETTINGS)
    mixed = training_set(_features([known[n] for n in order]), _outcomes(decided[::-1]), SETTINGS)
    assert mixed.digest == straight.digest
    assert mixed.rows.equals(straight.rows)


def test_times_without_a_zone_are_utc() -> None:
    """Spark and delta-rs may hand out timestamps with or without a zone: the same rows are chosen."""
    features = _features([("A-1", _at(date(2025, 3, 1)))])
    naive = features.set_column(1, "feature_time", features["feature_time"].cast(pa.timestamp("us")))
    outcomes = _outcomes([("A-1", date(2025, 3, 1), 1)])
    assert training_set(naive, outcomes, SETTINGS).rows.num_rows == 1
