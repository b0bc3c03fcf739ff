"""The impact assessment: what stands on a table version, told for a person and with its evidence. Question 9."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from audit_app.behind.runs import run_json
from audit_app.questions.impact import PREDICTIONS, impact, newest_known
from audit_app.reports.decision import runs_table
from audit_app.reports.dossier import Cell, Dossier, Table, Total
from audit_app.reports.impact_text import sections_of, title_of
from audit_app.sources import Sources
from catalog.graph.records import RunRecord
from catalog.log.entry import Entry
from lineage.answers import Answer
from lineage.errors import LakeproofError
from lineage.names import DatasetVersion, RunId, TableVersion
from lineage.times import Instants, render_moment

_COLUMNS = ("prediction_id", "application_id", "requested_at", "model_version", "decision", "score", "batch")


def gather(sources: Sources, version: TableVersion, at: Instants) -> Dossier:
    """Raises NotFound when neither the record nor the lake knows the version."""
    answer = impact(sources, version, at)
    told: Any = answer.answer
    runs = _runs(sources, version, answer, at)
    predictions = _predictions(sources, told["batches"], at)
    return Dossier(
        name="impact",
        title="Impact assessment",
        subject=title_of(answer),
        answer=answer,
        sections=sections_of(answer, [run_json(run) for run in runs], predictions),
        tables=(
            *(() if predictions is None else (predictions,)),
            runs_table([run_json(run) for run in runs]),
            _single("tables", "table_version", told["tables"]),
            _single("models", "model", told["models"]),
            _corrections(told),
        ),
        totals=tuple(_totals(counted=predictions is not None)),
        entries=_entries(sources, {str(version), *told["tables"]}, answer, runs, at),
    )


def _totals(*, counted: bool) -> Iterable[Total]:
    yield Total(what="table versions", answer=("tables",), table="tables")
    yield Total(what="models", answer=("models",), table="models")
    yield Total(what="corrections", answer=("corrected_by",), table="corrections")
    if counted:
        yield Total(what="predictions", answer=("predictions", "count"), table="predictions")
        yield Total(
            what="denied", answer=("predictions", "denied"), table="predictions", where={"decision": "deny"}
        )


def _runs(sources: Sources, version: TableVersion, answer: Answer, at: Instants) -> tuple[RunRecord, ...]:
    """Who wrote the version, every run that stands on it, who corrected it; each once, as they began."""
    told: Any = answer.answer
    made = DatasetVersion(dataset=version.table.dataset, version=str(version.version))
    named = {str(run.id) for run in sources.catalog.graph.runs_writing(made, at)}
    named |= {*told["runs"], *told["batches"], *(one["run"] for one in told["corrected_by"])}
    runs = [sources.catalog.graph.run(RunId(UUID(id_)), at) for id_ in sorted(named)]
    return tuple(sorted(runs, key=lambda run: (run.entries[:1], str(run.id))))


def _entries(
    sources: Sources, versions: set[str], answer: Answer, runs: Iterable[RunRecord], at: Instants
) -> tuple[Entry, ...]:
    """The runs' events; approvals and deployments of the models, pins and manifests of the versions."""
    told: Any = answer.answer
    log = sources.catalog.log
    models = set(told["models"])
    found = [log.entry(seq) for run in runs for seq in run.entries]
    for kind in ("approval", "deployment"):
        found += [one for one in log.entries(kind, upto=at.log_size) if one.body().get("model") in models]
    found += [one for one in log.entries("pin", upto=at.log_size) if one.body().get("table") in versions]
    found += [
        one
        for one in log.entries("manifest", upto=at.log_size)
        if f"{one.body().get('table')}@{one.body().get('version')}" in versions
    ]
    once = {entry.seq: entry for entry in found}
    return tuple(once[seq] for seq in sorted(once))


def _predictions(sources: Sources, batches: list[str], at: Instants) -> Table | None:
    """Every prediction of the affected batches; None when the table cannot be read."""
    rows: list[dict[str, Any]] = []
    if batches:
        try:
            named = ", ".join(f"'{batch}'" for batch in batches)
            newest = newest_known(sources, PREDICTIONS, at)
            rows = sources.lake.read(newest, columns=_COLUMNS, where=f"batch in ({named})").to_pylist()
        except LakeproofError:
            return None
    rows.sort(key=lambda row: (row["requested_at"], row["prediction_id"]))
    return Table(name="predictions", headings=_COLUMNS, rows=tuple(_row(row) for row in rows))


def _row(row: dict[str, Any]) -> tuple[Cell, ...]:
    return tuple(render_moment(row[key]) if key == "requested_at" else row[key] for key in _COLUMNS)


def _single(name: str, heading: str, values: list[str]) -> Table:
    return Table(name=name, headings=(heading,), rows=tuple((value,) for value in values))


def _corrections(told: Any) -> Table:
    keys = ("version", "where", "because", "run", "since")
    return Table(
        name="corrections",
        headings=(*keys, "made"),
        rows=tuple((*(one[key] for key in keys), "; ".join(one["made"])) for one in told["corrected_by"]),
    )
