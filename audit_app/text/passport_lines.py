"""A passport as lines of text: the decision first, then what it stands on, then what was checked. Pure."""

from collections.abc import Iterator
from typing import Any

from audit_app.text.shape import day_and_time, joined, line, plural, section, short
from lineage.answers import Answer

_MARKS = {"verified": "ok  ", "failed": "FAIL", "not_checkable": "?   "}


def passport(answer: Answer) -> list[str]:
    """Everything behind one prediction."""
    told: Any = answer.answer
    return [
        *_prediction(told["prediction"]),
        *section("The model", _model(told)),
        *section("The application's way, from the answer back to the file", _way(told)),
        *section("Each feature, back to its column in the file", _columns(told["columns"])),
        *section("Corrected since", (text for each in told["corrections"] for text in _correction(each))),
        *section("Code and environment of each run", (_run(run) for run in told["runs"])),
        *section("Checked", _checks(told["checks"])),
        *section("What cannot be said", (f"  - {text}" for text in told["unknown"])),
    ]


def _prediction(told: dict[str, Any]) -> Iterator[str]:
    yield f"Prediction {told['prediction_id']}"
    yield line("decision", told["decision"] or f"none, it failed: {told['error']}")
    if told["score"] is not None:
        bound = "" if told["approve_at"] is None else f"; approved from {told['approve_at']:g} on"
        yield line("score", f"{told['score']:.4f}, the probability of approval{bound}")
    for number, reason in enumerate(told["reasons"], start=1):
        yield line(
            f"reason {number}",
            f"{reason['text']} ({reason['feature']}, {reason['points_lost']:.1f} points lost)",
        )
    yield line("asked", day_and_time(told["requested_at"]))
    yield line(
        "application",
        f"{told['application_id'] or 'not named'}, subject {told['subject_ref'] or 'not named'}",
    )
    yield line(
        "filed in",
        f"{told['filed_in']}, leaf {told['leaf_index']} of {told['batch_size']} of batch {told['batch']}",
    )


def _model(told: dict[str, Any]) -> Iterator[str]:
    model, deployment, approval, training = (
        told[name] for name in ("model", "deployment", "approval", "training")
    )
    if model is None:
        return
    yield line("version", f"{model['name']}, digest {short(model['digest'] or 'unknown')}")
    if deployment is not None:
        yield line("served as", f"{deployment['name']} since {day_and_time(deployment['recorded_at'])}")
    yield line("trained by", model["trainer"] or "unknown")
    if approval is None:
        yield line("approved by", "nobody")
    else:
        note = f", noting “{approval['note']}”" if approval["note"] else ""
        yield line("approved by", f"{approval['by']} on {day_and_time(approval['recorded_at'])}{note}")
    for refusal in told["refusals"]:
        yield line("refused", f"{refusal['by']}: {refusal['reason']}")
    if training is not None:
        yield line("training run", f"{training['run']}, {plural(len(training['steps']), 'step')}")
        for table in training["tables"]:
            pinned = "pinned with manifest" if table["manifest"] is not None else "not pinned"
            yield line("learnt from", f"{table['version']} ({table['certainty']}, {pinned})")


def _way(told: dict[str, Any]) -> Iterator[str]:
    jobs = {run["id"]: run["job"] for run in told["runs"]}
    for hop in told["way"]:
        since = "" if hop["read"] == hop["written"] else f", the row as it has been since {hop['written']}"
        yield f"  {hop['read']} ({hop['certainty']}){since}"
        yield f"    ← {jobs.get(hop['run'], 'an unknown run')}, run {hop['run'] or '?'}"
    for file in told["landing"]:
        yield f"  {file['file']}, SHA-256 {file['sha256']}"


def _columns(columns: list[dict[str, Any]]) -> Iterator[str]:
    for column in columns:
        ends = joined(column["ends"], none="no run says from which column")
        value = "missing" if column["value"] is None else f"{column['value']:g}"
        yield line(column["feature"], f"{value.rjust(10)}  ← {ends}")


def _correction(told: dict[str, Any]) -> Iterator[str]:
    whose = "this application's row" if told["as"] == "application" else "the model's training"
    rows = "" if told["rows"] is None else f", {plural(told['rows'], 'row')}"
    yield f"  {told['version']} where {told['where'] or 'all rows'} → {joined(told['made'], none='nothing')}"
    yield f"    touches {whose} (it stood on {told['stood_on']}{rows})"
    yield f"    because {told['because']}; {day_and_time(told['since'])}, run {told['run']}"


def _run(run: dict[str, Any]) -> str:
    code = short(run["code"] or "unknown")
    environment = f"Python {run['python'] or '?'}, lock file {short(run['lock_sha256'] or 'unknown')}"
    return f"  {run['job'].ljust(36)} {run['id']}  code {code}, {environment}, by {run['actor']}"


def _checks(checks: list[dict[str, Any]]) -> Iterator[str]:
    for check in checks:
        yield f"  {_MARKS[check['status']]} {check['about']}: {check['said']}"
