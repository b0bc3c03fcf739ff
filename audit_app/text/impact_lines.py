"""The blast radius as lines of text. Pure."""

from typing import Any

from audit_app.text.shape import day_and_time, joined, line, plural, ranges, section
from lineage.answers import Answer


def impact(answer: Answer) -> list[str]:
    """What stands on the version: counts first, then names."""
    told: Any = answer.answer
    predictions = told["predictions"]
    return [
        f"What stands on {told['version']}",
        line(
            "predictions",
            f"{predictions['count']}, of which {predictions['denied']} denied, "
            f"in {plural(len(told['batches']), 'batch', 'batches')}",
        ),
        line("models", joined(told["models"])),
        line("deployments", joined(told["deployments"])),
        line("reports", joined(told["reports"])),
        *section(
            f"{plural(len(told['tables']), 'table version')} built on it",
            (f"  {each}" for each in ranges(told["tables"])),
        ),
        *section("Corrections", (text for each in told["corrected_by"] for text in _correction(each))),
        *section("Left out", (f"  {text}" for text in told["cut"])),
    ]


def _correction(told: dict[str, Any]) -> list[str]:
    made = joined(told["made"], none="nothing")
    return [
        f"  {told['version']} where {told['where'] or 'all rows'} → {made}",
        f"    because {told['because']}; {day_and_time(told['since'])}, run {told['run']}",
    ]
