"""What a decision file says, in words: from the passport's JSON to sections. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from audit_app.reports.dossier import Block, Facts, Grid, Items, Paragraph, Section
from audit_app.text.shape import day_and_time, joined, plural
from lineage.answers import Answer
from lineage.times import Instants, render_moment

_DECIDED = {"deny": "denied", "approve": "approved"}
_EXACT = frozenset({"Prediction", "Batch", "Digest", "Training run", "SHA-256", "Subject"})


def title_of(answer: Answer) -> str:
    """The one line that names the report."""
    told: Any = answer.answer["prediction"]
    whose = f"Application {told['application_id']}" if told["application_id"] else "An unnamed application"
    return f"{whose}, {_outcome(told)}"


def sections_of(answer: Answer) -> tuple[Section, ...]:
    """The sections in the order in which one reads them; those that would be empty are left out."""
    told: Any = answer.answer
    named = (
        ("What was asked and answered", _asked(answer, told)),
        ("The decision and its reasons", _decision(told["prediction"])),
        ("The model that answered", _model(told)),
        ("What the model used, and where it came from", _features(told)),
        ("The way of the application’s data", _way(told)),
        ("Corrections since", _corrections(told["corrections"])),
        ("Runs, code and environment", _runs(told["runs"])),
        ("What was checked", checks_block(told["checks"])),
        ("What cannot be said", _unknown(told["unknown"])),
    )
    return tuple(Section(title=title, blocks=blocks) for title, each in named if (blocks := tuple(each)))


def _outcome(told: Mapping[str, Any]) -> str:
    return _DECIDED.get(told["decision"], "not answered") if told["status"] == "ok" else "not answered"


def _asked(answer: Answer, told: Any) -> Iterator[Block]:
    prediction = told["prediction"]
    asked = day_and_time(prediction["requested_at"])
    if prediction["status"] != "ok":
        yield Paragraph(
            text=f"On {asked} the scoring service was asked about this application and gave no answer: "
            f"{prediction['error']}."
        )
        return
    model, deployment = told["model"], told["deployment"]
    model = told["model"]["name"] if told["model"] else prediction["model"]
    deployment = told["deployment"]["name"] if told["deployment"] else "an unknown deployment"
    yield Paragraph(
        text=f"On {asked} the scoring service was asked about this application. {model}, in service as {deployment}, "
        f"answered that it is {_outcome(prediction)}, with a probability of approval of {prediction['score']:.4f}."
    )
    yield Paragraph(
        text="This file tells what that answer stands on: the model and who approved it, the values it used and "
        f"the file they came from, and every run in between. It is told {told_at(answer.at)}"
    )


def told_at(at: Instants) -> str:
    """The two times of a report, as the end of a sentence and the one that has to follow it."""
    as_of, known_at = day_and_time(render_moment(at.as_of)), day_and_time(render_moment(at.known_at))
    return (
        f"as of {as_of}, as the record knew it at {known_at}, when its log had {at.log_size} entries. "
        "What was learnt later is not in it."
    )


def _decision(told: Any) -> Iterator[Block]:
    yield Facts(
        pairs=(
            ("Outcome", _outcome(told)),
            ("Application", told["application_id"] or "not named"),
            ("Subject", told["subject_ref"] or "not named"),
            ("Asked", day_and_time(told["requested_at"])),
            ("Prediction", told["prediction_id"]),
            (
                "Filed",
                f"in {told['filed_in']}, as number {told['leaf_index'] + 1} of {told['batch_size']} of its batch",
            ),
            ("Batch", told["batch"]),
        ),
        exact=_EXACT,
    )
    if told["reasons"]:
        yield Grid(
            caption="Principal reasons, the weightiest first. Points lost: short of the best that a value could give.",
            headings=("", "Reason", "Feature", "Points lost"),
            rows=tuple(
                (str(number), reason["text"], reason["feature"], f"{reason['points_lost']:.1f}")
                for number, reason in enumerate(told["reasons"], start=1)
            ),
            widths=(0.4, 6, 1.6, 1.4),
            exact=(2,),
            numbers=(3,),
        )


def _model(told: Any) -> Iterator[Block]:
    model, deployment, approval = told["model"], told["deployment"], told["approval"]
    if model is None:
        yield Paragraph(text="No deployment answered this request.")
        return
    pairs = [("Model", model["name"]), ("Digest", model["digest"] or "unknown")]
    if deployment is not None:
        pairs.append(
            ("In service as", f"{deployment['name']}, recorded {day_and_time(deployment['recorded_at'])}")
        )
    pairs.append(("Trained by", model["trainer"] or "unknown"))
    if approval is None:
        pairs.append(("Approved by", "nobody, as far as the record knows"))
    else:
        proven = "authenticated" if approval["authenticated"] else "asserted only"
        pairs.append(("Approved by", f"{approval['by']} ({proven}), {day_and_time(approval['recorded_at'])}"))
        if approval["note"]:
            pairs.append(("With the note", f"“{approval['note']}”"))
    pairs += [("Refused", f"{each['by']}: {each['reason']}") for each in told["refusals"]]
    pairs.append(("Training run", model["training_run"] or "unknown"))
    yield Facts(pairs=tuple(pairs), exact=_EXACT)
    if told["training"] is not None:
        yield Grid(
            caption="What the model learnt from. Pinned: must stay readable; its files are listed in manifests/.",
            headings=("Table version", "Known", "Pinned", "Manifest"),
            rows=tuple(
                (each["version"], each["certainty"], _entry(each["pinned"]), _entry(each["manifest"]))
                for each in told["training"]["tables"]
            ),
            widths=(5, 1.6, 1.8, 1.8),
            exact=(0,),
        )


def _entry(seq: int | None) -> str:
    return "no" if seq is None else f"log entry {seq}"


def _features(told: Any) -> Iterator[Block]:
    if told["columns"]:
        yield Grid(
            caption="Each value as it was used, and the column of the landing file that it came from.",
            headings=("Feature", "Value", "Column of the landing file"),
            rows=tuple(
                (
                    one["feature"],
                    "missing" if one["value"] is None else f"{one['value']:.6g}",
                    joined(one["ends"], none="not stated by any run"),
                )
                for one in told["columns"]
            ),
            widths=(2, 1.6, 6),
            exact=(0, 2),
            numbers=(1,),
        )


def _way(told: Any) -> Iterator[Block]:
    jobs = {run["id"]: run["job"] for run in told["runs"]}
    if told["way"]:
        yield Grid(
            caption="From the table that the request named, back to where the bank’s core system delivered the data.",
            headings=("Table version read", "The row stands so since", "Written by", "Known"),
            rows=tuple(
                (hop["read"], hop["written"], jobs.get(hop["run"], "an unknown run"), hop["certainty"])
                for hop in told["way"]
            ),
            widths=(3.4, 3.4, 3.6, 1.4),
            exact=(0, 1, 2),
        )
    for file in told["landing"]:
        yield Facts(pairs=(("Landing file", file["file"]), ("SHA-256", file["sha256"])), exact=_EXACT)


def _corrections(corrections: list[dict[str, Any]]) -> Iterator[Block]:
    if not corrections:
        yield Paragraph(text="Nothing that this decision stands on had been corrected by then.")
        return
    yield Paragraph(
        text=f"{plural(len(corrections), 'correction')} touched something that this decision stands on. "
        "Nothing was rewritten: what the decision used is still there, at its version."
    )
    for one in corrections:
        whose = "this application’s own row" if one["as"] == "application" else "the model’s training data"
        yield Facts(
            pairs=(
                ("Corrected", f"{one['version']} where {one['where'] or 'all rows'}"),
                ("Because", one["because"]),
                ("Touches", f"{whose} ({one['stood_on']})"),
                ("Replaced by", joined(one["made"], none="nothing")),
                ("Recorded", f"{day_and_time(one['since'])}, run {one['run']}"),
            )
        )


def _runs(runs: list[dict[str, Any]]) -> Iterator[Block]:
    yield Grid(
        caption="Every run behind the decision, in the order in which they began. tables/runs.csv has all of it.",
        headings=("Job", "Run", "Began", "By", "Code"),
        rows=tuple(
            (
                run["job"],
                run["id"],
                day_and_time(run["started_at"]).removesuffix(" UTC"),
                run["actor"],
                (run["code"] or "unknown")[:12],
            )
            for run in runs
        ),
        widths=(3.2, 5.2, 1.8, 1.5, 1.9),
        exact=(0, 1, 4),
    )


def checks_block(checks: list[dict[str, Any]]) -> Iterator[Block]:
    """What was held against something else, with the outcome."""
    if checks:
        yield Items(
            items=tuple((one["status"], f"{_told_once(one['about'], one['said'])}.") for one in checks)
        )


def _told_once(about: str, said: str) -> str:
    return said if said.startswith(about) else f"{about}: {said}"


def _unknown(unknown: list[str]) -> Iterator[Block]:
    if unknown:
        yield Items(items=tuple(("", f"{text[:1].upper()}{text[1:]}.") for text in unknown))
