"""A passport's parts as HTML. Pure."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from audit_app.pages import look
from audit_app.pages.frame import Asked
from audit_app.pages.look import Cell, Markup

Told = Mapping[str, Any]

_WORDS = {"deny": "Denied", "approve": "Approved"}


def listed(told: Told, asked: Asked) -> tuple[Cell, ...]:
    """A decision as a row of a list."""
    word = told["decision"] or told["status"]
    score = None if told["score"] is None else f"{told['score']:.3f}"
    leads = asked.link("decision", prediction=told["prediction_id"])
    name = told["application_id"] or "not named"
    return (
        look.chip(word, _WORDS.get(word, word)),
        look.anchor(name, leads),
        look.moment(told["requested_at"]),
        score,
        told["model"],
        look.code(told["prediction_id"]),
    )


def decided(told: Told) -> str:
    """The decision in large, its reasons, and its values."""
    word = told["decision"]
    bound = "" if told["approve_at"] is None else f", approved from {told['approve_at']:g} on"
    score = (
        ""
        if told["score"] is None
        else f"<span>score {told['score']:.3f}, the probability of approval{bound}</span>"
    )
    large = f'<strong class="{escape(word or "")}">{_WORDS.get(word, "No decision")}</strong>'
    head = f'<p class="verdict">{large}{score}</p>'
    reasons = "".join(f"<li>{_reason(each)}</li>" for each in told["reasons"])
    error = f"<p>{escape(told['error'])}</p>" if told["error"] else ""
    why = f'<p class="quiet">Principal reasons</p><ol class="reasons">{reasons}</ol>' if reasons else ""
    return (
        head
        + error
        + why
        + look.facts(
            (
                ("Asked", look.moment(told["requested_at"])),
                ("Subject", look.code(told["subject_ref"])),
                ("Prediction", look.code(told["prediction_id"])),
                ("Filed in", f"{told['filed_in']}, leaf {told['leaf_index']} of {told['batch_size']}"),
                ("Batch", look.code(told["batch"])),
            )
        )
    )


def _reason(told: Told) -> str:
    cost = f"{told['feature']}, {told['points_lost']:.1f} points lost"
    return f"{escape(told['text'])} <small>{escape(cost)}</small>"


def stood_on(told: Told, asked: Asked) -> str:
    """The model, and the people who stand for it."""
    model, deployment, approval, training = (
        told[key] for key in ("model", "deployment", "approval", "training")
    )
    if model is None:
        return look.heading("The model") + '<p class="quiet">No deployment answered this request.</p>'
    leads = asked.link("lineage", subject=model["name"], level="version")
    rows: list[tuple[str, Cell]] = [
        ("Version", look.anchor(model["name"], leads)),
        ("Digest", look.code(model["digest"], length=24)),
        ("Served as", _served(deployment)),
        ("Trained by", model["trainer"]),
        ("Approved by", _approved(approval)),
        ("Noting", approval["note"] if approval else None),
        *(("Refused", f"{each['by']}: {each['reason']}") for each in told["refusals"]),
        ("Training run", look.code(training["run"]) if training else None),
    ]
    return look.heading("The model") + look.facts(rows) + _learnt(training, asked)


def _served(deployment: Told | None) -> Cell:
    if deployment is None:
        return None
    return Markup(f"{escape(deployment['name'])} since {look.moment(deployment['recorded_at']).html}")


def _approved(approval: Told | None) -> Cell:
    if approval is None:
        return None
    proven = "authenticated" if approval["authenticated"] else "only asserted"
    return Markup(f"{escape(str(approval['by']))} ({proven}), {look.moment(approval['recorded_at']).html}")


def _learnt(training: Told | None, asked: Asked) -> str:
    rows = [
        (
            look.anchor(each["version"], asked.link("lineage", subject=each["version"], level="version")),
            each["certainty"],
            "pinned, with manifest" if each["manifest"] is not None else "not pinned",
        )
        for each in (training["tables"] if training else ())
    ]
    headings = ("Learnt and judged on", "Certainty", "")
    return look.table(headings, rows, empty="No table version is recorded.")


def corrections(told: Told, asked: Asked) -> str:
    """What was corrected since, of what this decision stood on."""
    head = look.heading(
        "Corrected since",
        "Versions that this decision or its model stood on, and that are no longer believed.",
    )
    rows = [
        (
            look.anchor(each["stood_on"], asked.link("lineage", subject=each["stood_on"], level="version")),
            "this application's row" if each["as"] == "application" else "the training",
            each["where"],
            each["because"],
            ", ".join(each["made"]),
            look.moment(each["since"]),
        )
        for each in told["corrections"]
    ]
    headings = ("Stood on", "As", "Where", "Because", "Replaced by", "Since (UTC)")
    return head + look.table(
        headings, rows, empty="Nothing that this decision stands on had been corrected by then."
    )


def features(told: Told, asked: Asked) -> str:  # noqa: ARG001  one shape for all sections
    """Each feature's value, and the column of the file where it began."""
    head = look.heading("Features", "What the model was given, and the columns each value came from.")
    rows = [
        (
            each["feature"],
            "missing" if each["value"] is None else f"{each['value']:g}",
            Markup(
                "<br>".join(escape(end) for end in each["ends"]) or look.text("no run says from which column")
            ),
            ", ".join(sorted({step["transformation"].lower() for step in each["steps"]})),
        )
        for each in told["columns"]
    ]
    headings = ("Feature", "Value", "Began in", "By way of")
    return head + look.table(
        headings, rows, empty="The request named no table version, so that no column can be followed."
    )


def landing(told: Told, asked: Asked) -> str:
    """The versions on the application's way, and the file at its end."""
    jobs = {run["id"]: run["job"] for run in told["runs"]}
    rows: list[tuple[Cell, ...]] = [
        (
            look.anchor(hop["read"], asked.link("lineage", subject=hop["read"], level="version")),
            hop["written"],
            hop["certainty"],
            jobs.get(hop["run"]),
            look.code(hop["run"]),
        )
        for hop in told["way"]
    ]
    rows += [
        (Markup(escape(file["file"])), "", "", "SHA-256", look.code(file["sha256"]))
        for file in told["landing"]
    ]
    head = look.heading(
        "Back to the file", "The application's own row, version by version, to the file that was received."
    )
    headings = ("Read", "As it stood since", "Certainty", "Written by", "Run or digest")
    return head + look.table(headings, rows, empty="The request did not say where its figures came from.")


def code_and_environment(told: Told, asked: Asked) -> str:
    """Every run behind the decision: when, by whom, with which code."""
    rows = [
        (
            look.anchor(run["job"], asked.link("lineage", subject=run["id"], level="version")),
            look.moment(run["ended_at"] or run["started_at"]),
            run["actor"],
            look.code(run["code"], length=12),
            look.code(run["lock_sha256"], length=12),
            run["python"],
        )
        for run in told["runs"]
    ]
    head = look.heading(
        "Code and environment", "Each run, with its code commit and the digest of its lock file."
    )
    headings = ("Run of", "Ended (UTC)", "Actor", "Code", "Lock file", "Python")
    return head + look.table(headings, rows, empty="No run is recorded.")


def checked(told: Told, asked: Asked) -> str:  # noqa: ARG001  one shape for all sections
    return look.heading(
        "What was checked", "At the moment that stands beside the verdict above."
    ) + look.checks(told["checks"])


SECTIONS: tuple[Callable[[Told, Asked], str], ...] = (
    corrections,
    features,
    landing,
    code_and_environment,
    checked,
)
