"""Claims about a real training: Kubeflow's local runner, six processes, real decisions, MLflow."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lineage.scorecard import Scorecard
from tests.integration.training.conftest import Events, Trained, Workshop
from tests.support.mortgages import Row, lake_of_mortgages
from tests.support.recording import recording_server
from training import Emission
from training.errors import GateFailed
from training.features import NAMES

STEPS = ("validate", "features", "train", "evaluate", "gate", "register")
LEARNT = {"gold.loan_features": "1", "silver.loan_outcomes": "1"}
ALL = {**LEARNT, "silver.protected_attributes": "1"}


def _event(events: Events, step: str, state: str = "COMPLETE") -> dict[str, Any]:
    """The event of a step in a state; of the pipeline itself where the step is empty."""
    job = ".".join(filter(None, ("training", "mortgage", step)))
    (event,) = [e for e in events if e["job"]["name"] == job and e["eventType"] == state]
    return event


def _versions(event: dict[str, Any], side: str) -> dict[str, str]:
    return {item["name"]: item["facets"]["version"]["datasetVersion"] for item in event[side]}


def _details(event: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = event["run"]["facets"]["lakeproof_details"]["details"]
    return details


def test_each_step_is_a_run_below_the_pipelines(trained: Trained) -> None:
    """Every step emits START and COMPLETE, in order, as a child of the one run that the pipeline is."""
    own = ("", "START"), ("", "COMPLETE")
    seen = [
        (e["job"]["name"].removeprefix("training.mortgage").lstrip("."), e["eventType"])
        for e in trained.events
    ]
    assert seen == [own[0], *((step, state) for step in STEPS for state in ("START", "COMPLETE")), own[1]]
    steps = [e for e in trained.events if e["job"]["name"] != "training.mortgage"]
    assert {e["run"]["facets"]["parent"]["run"]["runId"] for e in steps} == {str(trained.outcome.run)}


def test_the_record_has_the_training_as_one_tree(trained: Trained) -> None:
    """In the real record: six completed runs below the pipeline's, all by the authenticated trainer."""
    at = trained.catalog.log.resolve()
    children = trained.catalog.graph.children(trained.outcome.run, at)
    assert {run.job.name.rpartition(".")[2] for run in children} == set(STEPS)
    assert {run.state for run in children} == {"COMPLETE"}
    assert {run.actor for run in children} == {"tess"}
    writers = trained.catalog.graph.runs_writing(trained.outcome.model.dataset, at)
    assert {str(run.id) for run in writers} == {
        str(trained.outcome.run),
        _event(trained.events, "register")["run"]["runId"],
    }


@pytest.mark.parametrize(
    ("step", "inputs"),
    [
        ("validate", ALL),
        ("features", LEARNT),
        ("train", LEARNT),
        ("evaluate", ALL),
        ("gate", {}),
        ("register", LEARNT),
    ],
)
def test_steps_state_the_versions_they_read(trained: Trained, step: str, inputs: dict[str, str]) -> None:
    """Inputs are pinned; protected attributes are read to check and to evaluate, never to learn from."""
    assert _versions(_event(trained.events, step), "inputs") == inputs


def test_the_model_is_the_output_of_the_register_step_and_of_the_pipeline(trained: Trained) -> None:
    """Both say which version, with its digest, its features and the columns it is made of."""
    for event in (_event(trained.events, "register"), _event(trained.events, "")):
        assert _versions(event, "outputs") == {"mortgage": "1"}
        assert _versions(event, "inputs") == LEARNT
        facets = event["outputs"][0]["facets"]
        assert facets["lakeproof_model"]["digest"] == trained.outcome.digest
        assert set(facets["lakeproof_model"]["features"]) <= set(NAMES)
        assert facets["columnLineage"]["fields"]["obrat"]["inputFields"][0]["field"] == "obrat"


def test_the_register_step_states_its_pins(trained: Trained) -> None:
    """Every version that was read must stay readable, and is listed."""
    pins = _details(_event(trained.events, "register"))["pins"]
    assert {pin["table"]: str(pin["version"]) for pin in pins} == ALL
    assert {str(v.table): str(v.version) for v in trained.outcome.pins} == ALL


def test_mlflow_has_what_the_events_say(trained: Trained) -> None:
    """Metrics in MLflow's database are those of the evaluation's event; its run is the model's."""
    database = sqlite3.connect(trained.workshop.home / "mlflow.db")
    try:
        rows = database.execute("select key, value, run_uuid from metrics").fetchall()
        dump = "\n".join(database.iterdump())
    finally:
        database.close()
    evaluation = _details(_event(trained.events, "evaluate"))
    assert {key: value for key, value, _ in rows} == evaluation["metrics"] == trained.outcome.metrics
    assert {run for _, _, run in rows} == {trained.outcome.mlflow_run}
    assert str(trained.workshop.home) not in dump


def test_the_home_holds_the_model_its_card_and_no_scratch(trained: Trained) -> None:
    """What is served, what it was fitted as, and the card, all without a path of the home."""
    home, outcome = trained.workshop.home, trained.outcome
    folder = home / outcome.folder
    names = {path.name for path in folder.iterdir()}
    assert names == {"model.skops", "scorecard.json", "mortgage-1.md", "mortgage-1.json"}
    card = Scorecard.from_json(json.loads((folder / "scorecard.json").read_text()))
    assert list(card.names) == _details(_event(trained.events, "register"))["features"]
    assert json.loads((folder / "mortgage-1.json").read_text())["digest"] == outcome.digest
    assert "Fairness by group" in (folder / "mortgage-1.md").read_text()
    assert list((home / "kfp").iterdir()) == []
    assert all(str(home).encode() not in path.read_bytes() for path in folder.iterdir())


def test_the_model_is_good_enough_and_its_disparities_are_told(trained: Trained) -> None:
    """On real decisions it passes its gate; each group that fails a fairness threshold is a finding."""
    assert trained.outcome.metrics["auc"] > 0.75
    groups = _details(_event(trained.events, "evaluate"))["groups"]
    wanted = {
        group["name"]
        for group in groups
        if group["size"] >= 20 and ((group["impact_ratio"] or 1) < 0.8 or (group["missed_gap"] or 0) > 0.1)
    }
    assert {finding.evidence["name"] for finding in trained.outcome.findings} == wanted
    stated = _event(trained.events, "gate")["run"]["facets"]["lakeproof_findings"]["findings"]
    assert [finding.to_json() for finding in trained.outcome.findings] == stated


def test_training_again_gives_the_same_model_and_no_new_version(trained: Trained) -> None:
    """The same tables and settings: same digest and version, said so, and no second origin."""
    again = trained.workshop.train()
    assert not again.new
    assert (again.model, again.digest, again.folder, again.mlflow_run) == (
        trained.outcome.model,
        trained.outcome.digest,
        trained.outcome.folder,
        trained.outcome.mlflow_run,
    )
    assert again.run != trained.outcome.run
    assert "version" not in trained.workshop.events()[-1]["outputs"][0]["facets"]


def test_a_failed_gate_registers_nothing(tmp_path: Path) -> None:
    """With outcomes that no feature explains the gate stops the model; both runs fail, no file is left."""

    def tossed(row: Row) -> Row:
        return {**row, "approve": int(int(row["application_id"][2:]) % 7 > 1)}

    with recording_server() as recording:
        workshop = Workshop(
            home=tmp_path,
            lake=lake_of_mortgages(tmp_path / "lake", tossed),
            emission=Emission(url=recording.url, token="a-token"),
            events=lambda: recording.events,
        )
        with pytest.raises(GateFailed, match=r"auc 0\.\d+, wanted at least 0\.7"):
            workshop.train()
    assert not _details(_event(recording.events, "gate", "FAIL"))["passed"]
    assert _event(recording.events, "", "FAIL")["outputs"] == []
    assert not any(event["job"]["name"].endswith("register") for event in recording.events)
    assert set(recording.tokens) == {"Bearer a-token"}
    assert {path.name for path in tmp_path.iterdir()} == {"lake", "kfp"}
