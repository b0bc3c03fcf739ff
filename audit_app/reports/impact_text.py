"""What an impact assessment says, in words: from the answer's JSON to sections. Pure."""

from collections.abc import Iterator
from typing import Any

from audit_app.reports.decision_text import told_at
from audit_app.reports.dossier import Block, Facts, Grid, Items, Paragraph, Section, Table
from audit_app.text.shape import day_and_time, joined, plural, ranges
from lineage.answers import Answer

_LISTED = 40  # predictions that the report lists; tables/predictions.csv has them all


def title_of(answer: Answer) -> str:
    """The one line that names the report."""
    return f"What stands on {answer.answer['version']}"


def sections_of(answer: Answer, runs: list[dict[str, Any]], predictions: Table | None) -> tuple[Section, ...]:
    """The sections in the order in which one reads them; those that would be empty are left out."""
    told: Any = answer.answer
    named = (
        ("What was asked and answered", _asked(answer, told)),
        ("Corrections", _corrections(told["corrected_by"])),
        ("Tables built on it", _tables(told["tables"])),
        ("Models, deployments and reports", _models(told)),
        ("Predictions", _predictions(predictions)),
        ("Runs", _runs(runs)),
        ("What cannot be said", _limits(told)),
    )
    return tuple(Section(title=title, blocks=blocks) for title, each in named if (blocks := tuple(each)))


def _asked(answer: Answer, told: Any) -> Iterator[Block]:
    counts = told["predictions"]
    yield Paragraph(text=f"Asked was what stands on version {told['version']}, {told_at(answer.at)}")
    yield Paragraph(
        text=f"The answer: {plural(len(told['tables']), 'table version')}, {plural(len(told['models']), 'model')}, "
        f"{plural(len(told['deployments']), 'deployment')} and {plural(counts['count'], 'prediction')} in "
        f"{plural(len(told['batches']), 'batch', 'batches')}, of which {counts['denied']} were denials."
    )


def _corrections(corrections: list[dict[str, Any]]) -> Iterator[Block]:
    if not corrections:
        yield Paragraph(text="No correction of it, or of what was built on it, was known by then.")
    for one in corrections:
        yield Facts(
            pairs=(
                ("Corrected", f"{one['version']} where {one['where'] or 'all rows'}"),
                ("Because", one["because"]),
                ("Replaced by", joined(one["made"], none="nothing")),
                ("Recorded", f"{day_and_time(one['since'])}, run {one['run']}"),
            )
        )


def _tables(tables: list[str]) -> Iterator[Block]:
    if tables:
        rows = tuple(
            (table, numbers) for table, _, numbers in (line.partition(" ") for line in ranges(tables))
        )
        yield Grid(
            caption="Every version that was derived from it, directly or through others.",
            headings=("Table", "Versions"),
            rows=rows,
            widths=(4, 6),
            exact=(0, 1),
        )


def _models(told: Any) -> Iterator[Block]:
    yield Facts(
        pairs=(
            ("Models", joined(told["models"])),
            ("Deployments", joined(told["deployments"])),
            ("Reports", joined(told["reports"])),
        )
    )


def _predictions(predictions: Table | None) -> Iterator[Block]:
    if predictions is None:
        yield Paragraph(
            text="The table of predictions could not be read; they are counted as their batches state."
        )
        return
    column = {heading: index for index, heading in enumerate(predictions.headings)}
    denied = [row for row in predictions.rows if row[column["decision"]] == "deny"]
    if not denied:
        return
    listed = denied[:_LISTED]
    rest = "" if len(listed) == len(denied) else f", the first {len(listed)} of them"
    yield Grid(
        caption=f"The denials{rest}; tables/predictions.csv has every prediction.",
        headings=("Application", "Prediction", "Asked", "Score"),
        rows=tuple(
            (
                str(row[column["application_id"]]),
                str(row[column["prediction_id"]]),
                day_and_time(row[column["requested_at"]]),
                f"{row[column['score']]:.4f}",
            )
            for row in listed
        ),
        widths=(1.5, 4.6, 3.4, 1.0),
        exact=(0, 1),
        numbers=(3,),
    )


def _runs(runs: list[dict[str, Any]]) -> Iterator[Block]:
    yield Grid(
        caption="Who wrote the version, every run that stands on it, and those that corrected it, as they began.",
        headings=("Job", "Run", "Began", "By"),
        rows=tuple(
            (run["job"], run["id"], day_and_time(run["started_at"]).removesuffix(" UTC"), run["actor"])
            for run in runs
        ),
        widths=(3.8, 4.8, 2.6, 1.6),
        exact=(0, 1),
    )


def _limits(told: Any) -> Iterator[Block]:
    limits = [
        "Who read the lake’s files past Lakeproof is not in the record.",
        "A version counts as affected when anything it was made from was, whether or not it used the wrong rows.",
    ]
    yield Items(items=tuple(("", text) for text in (*limits, *told["cut"])))
