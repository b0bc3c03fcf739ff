"""The decision file: one prediction, everything behind it, told for a person and with its evidence. Question 1."""

from typing import Any
from uuid import UUID

from audit_app.behind.filed import Filed
from audit_app.behind.told import told
from audit_app.questions.passport import Passport, find_passport
from audit_app.reports.decision_text import sections_of, title_of
from audit_app.reports.dossier import Dossier, FiledProof, Table, Total
from audit_app.sources import Sources
from catalog.intake import EVENT
from catalog.log.entry import Entry
from lineage.answers import Answer
from lineage.merkle import inclusion_proof
from lineage.times import Instants


def gather(sources: Sources, prediction: UUID, at: Instants) -> Dossier:
    """Raises NotFound when no prediction of this id was filed as of then."""
    found = find_passport(sources, prediction, at)
    answer = Answer(
        question="trace",
        parameters={"prediction": str(prediction)},
        at=at,
        coverage=found.coverage,
        answer=told(found),
    )
    return Dossier(
        name="decision",
        title="Decision file",
        subject=title_of(answer),
        answer=answer,
        sections=sections_of(answer),
        tables=_tables(answer),
        totals=(
            Total(what="features", answer=("columns",), table="features"),
            Total(what="runs", answer=("runs",), table="runs"),
            Total(what="checks", answer=("checks",), table="checks"),
            Total(what="reasons", answer=("prediction", "reasons"), table="reasons"),
            Total(what="corrections", answer=("corrections",), table="corrections"),
        ),
        entries=found.entries,
        prediction=_proof(found.filed, found),
    )


def _proof(filed: Filed, found: Passport) -> FiledProof | None:
    """None when the rows of the batch do not give the root that the log has: then the passport says so."""
    entry = None if filed.root is None else _stating(found.entries, filed.root)
    if entry is None or filed.leaf_index >= len(filed.leaves):
        return None
    return FiledProof(
        leaf=filed.prediction.canonical(),
        index=filed.leaf_index,
        size=len(filed.leaves),
        path=tuple(inclusion_proof(filed.leaves, filed.leaf_index)),
        root=str(filed.root),
        batch=filed.batch_id,
        entry=entry.seq,
    )


def _stating(entries: tuple[Entry, ...], root: str) -> Entry | None:
    """The event that put the root into the log."""
    for entry in entries:
        if entry.kind == EVENT:
            facet = entry.body().get("run", {}).get("facets", {}).get("lakeproof_details", {})
            if facet.get("details", {}).get("merkle_root") == root:
                return entry
    return None


def _tables(answer: Answer) -> tuple[Table, ...]:
    body: Any = answer.answer
    return (
        Table(
            name="features",
            headings=("feature", "value", "columns of landing files"),
            rows=tuple(
                (one["feature"], one["value"], "; ".join([*one["ends"], *one["unknown"]]))
                for one in body["columns"]
            ),
        ),
        Table(
            name="reasons",
            headings=("feature", "text", "points_lost"),
            rows=tuple(
                (one["feature"], one["text"], one["points_lost"]) for one in body["prediction"]["reasons"]
            ),
        ),
        runs_table(body["runs"]),
        checks_table(body["checks"]),
        Table(
            name="corrections",
            headings=("version", "where", "because", "run", "since", "made", "stood_on", "as", "rows"),
            rows=tuple(
                (
                    *(one[key] for key in ("version", "where", "because", "run", "since")),
                    "; ".join(one["made"]),
                    *(one[key] for key in ("stood_on", "as", "rows")),
                )
                for one in body["corrections"]
            ),
        ),
    )


def runs_table(runs: list[dict[str, Any]]) -> Table:
    """Runs as `audit_app.behind.runs.run_json` tells them."""
    keys = (
        "id",
        "job",
        "state",
        "started_at",
        "ended_at",
        "actor",
        "code",
        "lock_sha256",
        "python",
        "parent",
    )
    return Table(
        name="runs",
        headings=(*keys, "inputs", "outputs", "log_entries"),
        rows=tuple(
            (
                *(run[key] for key in keys),
                "; ".join(each["name"] for each in run["inputs"]),
                "; ".join(each["name"] for each in run["outputs"]),
                " ".join(map(str, run["entries"])),
            )
            for run in runs
        ),
    )


def checks_table(checks: list[dict[str, Any]]) -> Table:
    keys = ("name", "about", "status", "said")
    return Table(
        name="checks", headings=keys, rows=tuple(tuple(check[key] for key in keys) for check in checks)
    )
