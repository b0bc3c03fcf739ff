"""A prediction as it was filed: its row in `serving.predictions`, its batch's run, its place under the root."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from audit_app.behind.runs import details
from audit_app.checks import Check, failed, holds, not_checkable
from audit_app.questions.impact import PREDICTIONS, newest_known
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from lineage.errors import BadInput, NotFound
from lineage.merkle import leaf_hash, root
from lineage.names import RunId, TableVersion
from lineage.predictions import Prediction, prediction_leaf
from lineage.times import Instants, render_moment

_AROUND = timedelta(minutes=5)  # the id is made a moment after the request came in


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """The row, read at `version`; `batch` is None when the record does not know the run that the row names.

    `leaves` are the batch's leaf hashes in order; `rows` how often the id was filed.
    """

    prediction: Prediction
    version: TableVersion
    batch_id: str
    batch: RunRecord | None
    leaf_index: int
    leaves: tuple[bytes, ...]
    rows: int

    @property
    def root(self) -> str | None:
        """The Merkle root that the batch's run states, in hexadecimal digits."""
        stated = {} if self.batch is None else details(self.batch, "batch")
        return stated.get("merkle_root")


def moment_of(prediction: UUID) -> datetime | None:
    """The millisecond in a UUIDv7; None for another kind of id."""
    if prediction.version != 7:
        return None
    return datetime.fromtimestamp((prediction.int >> 80) / 1000, UTC)


def find_filed(sources: Sources, prediction: UUID, at: Instants) -> Filed:
    """Raises NotFound when no prediction of this id was filed as of then."""
    version = newest_known(sources, PREDICTIONS, at)
    rows = _rows(sources, version, prediction)
    if not rows:
        raise NotFound(
            f"there is no prediction {prediction} as of {render_moment(at.as_of)}, "
            f"known at {render_moment(at.known_at)}",
            next_move="check the id; the scoring service answers with it, and files it a few seconds later",
        )
    batch = str(rows[0]["batch"])
    together = sources.lake.read(version, where=f"batch = '{_quoted(batch)}'").to_pylist()
    together.sort(key=lambda row: int(row["leaf_index"]))
    return Filed(
        prediction=Prediction.from_row(rows[0]),
        version=version,
        batch_id=batch,
        batch=_run(sources, batch, at),
        leaf_index=int(rows[0]["leaf_index"]),
        leaves=tuple(leaf_hash(prediction_leaf(row)) for row in together),
        rows=len(rows),
    )


def _rows(sources: Sources, version: TableVersion, prediction: UUID) -> list[dict[str, Any]]:
    """Around the id's own moment first: in a long table that leaves most files unread."""
    named = f"prediction_id = '{prediction}'"
    moment = moment_of(prediction)
    if moment is not None:
        start, end = ((moment + way * _AROUND).strftime("%Y-%m-%dT%H:%M:%SZ") for way in (-1, 1))
        near = f"{named} and requested_at between timestamp '{start}' and timestamp '{end}'"
        found: list[dict[str, Any]] = sources.lake.read(version, where=near).to_pylist()
        if found:
            return found
    everywhere: list[dict[str, Any]] = sources.lake.read(version, where=named).to_pylist()
    return everywhere


def _run(sources: Sources, batch: str, at: Instants) -> RunRecord | None:
    try:
        return sources.catalog.graph.run(RunId(UUID(batch)), at)
    except (ValueError, NotFound, BadInput):
        return None


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def check_filed(filed: Filed) -> Iterator[Check]:
    """Filed once, and under the root that the batch's run put into the log. Pure."""
    about = f"prediction {filed.prediction.prediction_id}"
    yield holds(
        "filed-once",
        about,
        filed.rows == 1,
        said=f"it stands once in {filed.version}",
        otherwise=f"it stands {filed.rows} times in {filed.version}",
    )
    if filed.batch is None:
        yield failed("merkle-root", about, f"the record knows no run {filed.batch_id}, which its row names")
    elif filed.root is None:
        yield not_checkable("merkle-root", about, f"run {filed.batch_id} states no root of its predictions")
    else:
        leaf = leaf_hash(filed.prediction.canonical())
        place = filed.leaves[filed.leaf_index] if filed.leaf_index < len(filed.leaves) else b""
        yield holds(
            "merkle-root",
            about,
            place == leaf and root(filed.leaves).hex() == filed.root,
            said=f"leaf {filed.leaf_index} of {len(filed.leaves)} under the root that the batch's run put into the log",
            otherwise="the rows of its batch do not give the root that the batch's run put into the log",
        )
