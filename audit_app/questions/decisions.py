"""Find predictions: the newest, those of one application, or one by the beginning of its id."""

import re

from audit_app.questions.impact import PREDICTIONS, newest_known
from audit_app.sources import Sources
from lineage.answers import Answer
from lineage.canonical import Json
from lineage.certainty import Coverage, Verified
from lineage.errors import BadInput, NotFound
from lineage.times import Instants, render_moment

_COLUMNS = (
    "prediction_id",
    "application_id",
    "requested_at",
    "model",
    "model_version",
    "decision",
    "score",
    "status",
)
_WORD = re.compile(r"[\w.:\-]{1,100}\Z")


def decisions(sources: Sources, at: Instants, *, text: str = "", limit: int = 50) -> Answer:
    """Predictions whose id begins with text or whose application it is, newest first; all without text.

    Keys: decisions [{"prediction_id", "application_id", "requested_at", "model", "decision", "score",
    "status"}], count. Raises BadInput when text cannot be an id.
    """
    try:
        version = newest_known(sources, PREDICTIONS, at)
    except NotFound:
        return _answer([], 0, text, at, "no prediction has been filed at these times")
    rows = sources.lake.read(version, columns=_COLUMNS, where=_condition(text.strip())).to_pylist()
    rows.sort(key=lambda row: (row["requested_at"], row["prediction_id"]), reverse=True)
    told: list[Json] = [
        {
            "prediction_id": row["prediction_id"],
            "application_id": row["application_id"],
            "requested_at": render_moment(row["requested_at"]),
            "model": f"{row['model']}@{row['model_version']}"
            if row["model_version"] is not None
            else row["model"],
            "decision": row["decision"],
            "score": row["score"],
            "status": row["status"],
        }
        for row in rows[:limit]
    ]
    return _answer(told, len(rows), text, at, f"read from {version}")


def _condition(text: str) -> str | None:
    if not text:
        return None
    if not _WORD.match(text):
        raise BadInput(
            f"'{text}' is neither a prediction nor an application",
            next_move="write an application such as A-000123, or the beginning of a prediction's id",
        )
    return f"application_id = '{text}' or starts_with(prediction_id, '{text.lower()}')"


def _answer(told: list[Json], count: int, text: str, at: Instants, said: str) -> Answer:
    cut = (f"{count - len(told)} older ones are not listed",) if count > len(told) else ()
    return Answer(
        question="decisions",
        parameters={"text": text},
        at=at,
        coverage=Coverage(verdict=Verified(notes=(said,)), complete=not cut, notes=cut),
        answer={"decisions": told, "count": count},
    )
