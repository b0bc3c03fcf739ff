"""Claims about when pinned tables cannot be trained on."""

import pyarrow as pa

from training.checks import (
    FEATURE_COLUMNS,
    OUTCOME_COLUMNS,
    PROTECTED_COLUMNS,
    column_faults,
    row_faults,
)
from training.features import NAMES


def test_whole_tables_have_no_faults() -> None:
    """What the transformations promise is enough, and more columns do no harm."""
    assert column_faults((*FEATURE_COLUMNS, "subject_ref"), OUTCOME_COLUMNS, PROTECTED_COLUMNS) == ()


def test_every_missing_or_forbidden_column_is_named() -> None:
    """All faults of the columns are reported at once."""
    columns = [name for name in FEATURE_COLUMNS if name != "obrat"]
    faults = column_faults([*columns, "black", "reject"], OUTCOME_COLUMNS[:-1], PROTECTED_COLUMNS)
    assert faults == (
        "gold.loan_features has no column obrat",
        "silver.loan_outcomes has no column approve",
        "gold.loan_features carries the protected column black",
        "gold.loan_features carries the outcome reject",
    )


def test_every_fault_of_the_rows_is_named() -> None:
    """Repeated and missing ids, features that are no numbers, outcomes but 0 and 1: all are reported."""
    features = pa.table(
        {
            "application_id": ["A-1", "A-1", None],
            **{name: [1, 0, None] for name in NAMES if name != "obrat"},
            "obrat": ["30", "40", None],
        }
    )
    outcomes = pa.table({"application_id": ["A-1"], "approve": [2]})
    assert row_faults(features, outcomes) == (
        "gold.loan_features has 1 rows without application_id",
        "gold.loan_features names 1 applications more than once",
        "gold.loan_features.obrat is string, not a number",
        "silver.loan_outcomes.approve holds [2], not only 0 and 1",
    )


def test_truth_values_are_outcomes_too() -> None:
    """Booleans mean 1 and 0."""
    ids = {"application_id": ["A-1", "A-2"]}
    features = pa.table({**ids, **{name: [1.0, None] for name in NAMES}})
    assert row_faults(features, pa.table({**ids, "approve": [True, False]})) == ()
