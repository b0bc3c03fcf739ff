"""Whether pinned tables can be trained on. Pure: schemas and rows in, faults out, all of them."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from training.features import NAMES, OUTCOMES, PROTECTED
from training.request import FEATURES_TABLE, OUTCOMES_TABLE, PROTECTED_TABLE

FEATURE_COLUMNS = ("application_id", "feature_time", *NAMES)
OUTCOME_COLUMNS = ("application_id", "decided_on", "approve")
PROTECTED_COLUMNS = ("application_id", *PROTECTED)


def column_faults(
    features: Sequence[str], outcomes: Sequence[str], protected: Sequence[str]
) -> tuple[str, ...]:
    """What the columns of the three tables lack, and what the features' table must not carry."""
    faults = [
        f"{table} has no column {name}"
        for table, wanted, found in (
            (FEATURES_TABLE, FEATURE_COLUMNS, features),
            (OUTCOMES_TABLE, OUTCOME_COLUMNS, outcomes),
            (PROTECTED_TABLE, PROTECTED_COLUMNS, protected),
        )
        for name in wanted
        if name not in found
    ]
    faults += [
        f"{FEATURES_TABLE} carries the protected column {name}" for name in PROTECTED if name in features
    ]
    faults += [f"{FEATURES_TABLE} carries the outcome {name}" for name in OUTCOMES if name in features]
    return tuple(faults)


def row_faults(features: pa.Table, outcomes: pa.Table) -> tuple[str, ...]:
    """What is wrong with the rows: repeated or missing ids, features that are no numbers, other outcomes
    than 0 and 1.
    """
    faults = [
        *_id_faults(str(FEATURES_TABLE), features),
        *_id_faults(str(OUTCOMES_TABLE), outcomes),
        *(
            f"{FEATURES_TABLE}.{name} is {features[name].type}, not a number"
            for name in NAMES
            if not _numeric(features[name].type)
        ),
    ]
    seen = {value for value in pc.unique(outcomes["approve"]).to_pylist() if value is not None}
    if not seen <= {0, 1}:
        faults.append(f"{OUTCOMES_TABLE}.approve holds {sorted(seen)}, not only 0 and 1")
    return tuple(faults)


def _id_faults(table: str, rows: pa.Table) -> tuple[str, ...]:
    ids = rows["application_id"]
    faults = []
    if ids.null_count:
        faults.append(f"{table} has {ids.null_count} rows without application_id")
    repeated = rows.num_rows - pc.count_distinct(ids, mode="all").as_py()
    if repeated:
        faults.append(f"{table} names {repeated} applications more than once")
    return tuple(faults)


def _numeric(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(type_)
        or pa.types.is_floating(type_)
        or pa.types.is_boolean(type_)
        or pa.types.is_decimal(type_)
    )
