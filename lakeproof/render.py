"""How the command line prints: one JSON object, or lines and tables a person reads."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from lineage.answers import Answer
from lineage.canonical import Json
from lineage.certainty import Failed, NotCheckable, Verdict, Verified

if TYPE_CHECKING:
    from audit_app.packs.verify import PackVerdict


def print_json(value: Json) -> None:
    """One object on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns aligned, two spaces apart; plain text, so that it can be cut and sorted."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *texts, strict=True)]
    for row in (list(headings), *texts):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_rows(rows: Sequence[Mapping[str, Json]], *, as_json: bool, empty: str) -> None:
    """The same rows as a JSON list or as a table; `empty` is said when there are none."""
    if as_json:
        print_json(list(rows))
    elif not rows:
        typer.echo(empty)
    else:
        print_table(list(rows[0]), [[_cell(value) for value in row.values()] for row in rows])


def print_answer(answer: Answer, lines: Sequence[str], *, as_json: bool) -> None:
    """Print an answer and leave with its exit code: 0 when verified, 1 when failed or not checkable."""
    if as_json:
        print_json(answer.to_json())
    else:
        for line in lines:
            typer.echo(line)
        typer.echo(coverage_line(answer))
    if not isinstance(answer.coverage.verdict, Verified):
        raise typer.Exit(1)


def coverage_line(answer: Answer) -> str:
    """What the answer says about itself, in one line."""
    told = answer.to_json()
    extent = "complete" if answer.coverage.complete else "truncated"
    verdict = _verdict(answer.coverage.verdict)
    notes = "".join(f"\n  note: {note}" for note in answer.coverage.notes)
    times = f"as of {told['as_of']}, known at {told['known_at']} ({answer.at.log_size} entries)"
    return f"{verdict}, {extent}; {times}{notes}"


def verdict_json(verdict: "PackVerdict") -> dict[str, Json]:
    """A pack's verdict as one object: `ok`, what is damaged, and every check."""
    return {
        "ok": verdict.ok,
        "damaged": list(verdict.damaged),
        "checks": [
            {"name": check.name, "object": check.object, "verdict": _verdict(check.verdict)}
            for check in verdict.checks
        ],
    }


def _verdict(verdict: Verdict) -> str:
    match verdict:
        case Verified():
            return "verified"
        case Failed(reason=reason):
            return f"FAILED: {reason}"
        case NotCheckable(reason=reason):
            return f"not checkable: {reason}"


def _cell(value: Json) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
