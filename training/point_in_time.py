"""Which applications a model may learn from: what was known and decided before the cutoff. Pure.

Split by time, because that is how the model will be used: it learns from older decisions and is judged on the
latest `test_months` before the cutoff. A random split would judge it on months it had learnt from.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

import pyarrow as pa
import pyarrow.compute as pc

from training.features import NAMES
from training.settings import TrainSettings

TRAIN, TEST = "train", "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """`rows`: application_id, part (train or test), approve (0 or 1), the features as float64; sorted by id.

    `left_out`: how many applications were not used, by reason.
    """

    rows: pa.Table
    left_out: Mapping[str, int]

    @property
    def digest(self) -> str:
        """SHA-256 over the rows."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.rows.schema) as writer:
            for batch in self.rows.combine_chunks().to_batches():
                writer.write_batch(batch)
        return hashlib.sha256(sink.getvalue().to_pybytes()).hexdigest()

    def count(self, part: str) -> int:
        return int(pc.sum(pc.equal(self.rows["part"], part)).as_py() or 0)


def training_set(features: pa.Table, outcomes: pa.Table, settings: TrainSettings) -> TrainingSet:
    """Join features and outcomes by application, as of the cutoff; applications of either side alone are
    left out.
    """
    joined = features.select(["application_id", "feature_time", *NAMES]).join(
        outcomes.select(["application_id", "decided_on", "approve"]),
        keys="application_id",
        join_type="inner",
    )
    known = _moments(joined["feature_time"])
    decided = joined["decided_on"].cast(pa.date32())
    cutoff = datetime.combine(settings.cutoff, time(), UTC)
    too_late = pc.or_(pc.less_equal(settings.cutoff, decided), pc.less_equal(cutoff, known))
    # A feature known only after the day of the decision cannot have been part of it.
    hindsight = pc.greater(known.cast(pa.timestamp("us")).cast(pa.date32(), safe=False), decided)
    undecided = pc.is_null(joined["approve"])
    usable = pc.invert(pc.or_(pc.or_(pc.fill_null(too_late, True), pc.fill_null(hindsight, True)), undecided))
    part = pc.if_else(pc.less(decided, settings.test_from), TRAIN, TEST)
    columns = {
        "application_id": joined["application_id"],
        "part": part,
        "approve": joined["approve"].cast(pa.int8()),
        **{name: joined[name].cast(pa.float64()) for name in NAMES},
    }
    rows = pa.table(columns).filter(usable).sort_by("application_id").combine_chunks()
    return TrainingSet(
        rows=rows,
        left_out={
            "without_both_sides": features.num_rows + outcomes.num_rows - 2 * joined.num_rows,
            "not_before_cutoff": _true(too_late),
            "known_after_decision": _true(hindsight),
            "undecided": _true(undecided),
        },
    )


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Timestamps in UTC, microseconds; ones without a zone are taken as UTC, which is all our tables hold."""
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        return column.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    return column.cast(pa.timestamp("us", tz="UTC"))


def _true(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)
