"""The passport of the demo's denied application, hop by hop to the file, against what each system says itself.

Nothing here asks the record or our readers for what to expect: Delta's logs are read as JSON, rows with pyarrow
and csv, MLflow's and the record's databases with sqlite3, and the scorecard is added up by hand.
"""

import csv
import hashlib
import json
import math
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from tests.e2e import delta_logs
from tests.e2e.conftest import Finished
from tests.support.command_line import lakeproof

Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def passport(demo: Finished) -> dict[str, Any]:
    """What `lakeproof trace` answers for the prediction the demo names."""
    said = lakeproof(demo.home, "trace", demo.outcome["prediction"], "--json")
    assert said.code == 0, said.err
    told = said.json
    assert told["coverage"]["status"] == "verified" and told["coverage"]["complete"]
    answer: dict[str, Any] = told["answer"]
    return answer


def _row(home: Path, version: str, column: str, value: str) -> Row:
    """The one row of the data files that a commit added."""
    table = delta_logs.folder(home, version.partition("@")[0])
    found = [
        row
        for path in delta_logs.commit(home, version).added
        for row in pq.ParquetFile(table / path).read().to_pylist()
        if row[column] == value
    ]
    assert len(found) == 1, found
    row: Row = found[0]
    return row


def _entry(home: Path, seq: int) -> tuple[str, str, dict[str, Any]]:
    """Kind, actor and payload of an entry, as the database holds them."""
    with sqlite3.connect(f"file:{home / 'catalog.db'}?mode=ro", uri=True) as database:
        kind, actor = database.execute("SELECT kind, actor FROM log_entries WHERE seq = ?", [seq]).fetchone()
        (body,) = database.execute("SELECT body FROM log_payloads WHERE seq = ?", [seq]).fetchone()
    payload: dict[str, Any] = json.loads(body)
    return kind, actor, payload


def test_the_prediction_is_the_row_that_was_filed(demo: Finished, passport: dict[str, Any]) -> None:
    """serving.predictions has it once, in the data file of a commit bound to the batch's run, and says the same."""
    told = passport["prediction"]
    (version,) = [
        f"serving.predictions@{number}"
        for number in delta_logs.versions(demo.home, "serving.predictions")
        if delta_logs.commit(demo.home, f"serving.predictions@{number}").run == told["batch"]
        and delta_logs.commit(demo.home, f"serving.predictions@{number}").added
    ]
    row = _row(demo.home, version, "prediction_id", demo.outcome["prediction"])
    for name in ("application_id", "subject_ref", "model", "model_version", "deployment", "source", "score"):
        assert row[name] == told[name], name
    for name in ("decision", "status", "error", "batch", "leaf_index"):
        assert row[name] == told[name], name
    assert json.loads(row["features"]) == told["features"] and json.loads(row["reasons"]) == told["reasons"]
    assert row["requested_at"] == datetime.fromisoformat(told["requested_at"])
    assert row["decision"] == "deny" and UUID(row["prediction_id"]).version == 7


def test_the_score_is_the_scorecards(demo: Finished, passport: dict[str, Any]) -> None:
    """Points added up by hand from the deployed file give the score, the decision and the reasons in their order."""
    told = passport["prediction"]
    card = json.loads((demo.home / "models" / passport["model"]["digest"] / "scorecard.json").read_bytes())
    points = {feature["name"]: _points(feature, told["features"]) for feature in card["features"]}
    total = card["start"] + sum(points.values())
    score = 1 / (1 + math.exp(-(total - card["even"]) / card["doubling"] * math.log(2)))
    assert score == pytest.approx(told["score"], rel=1e-12)
    assert told["decision"] == ("approve" if score >= card["approve_at"] else "deny")
    lost = {f["name"]: max(f["points"]) - points[f["name"]] for f in card["features"]}
    worst = sorted((name for name in lost if lost[name] > 0), key=lambda name: -lost[name])[:4]
    assert [reason["feature"] for reason in told["reasons"]] == worst
    for reason in told["reasons"]:
        assert reason["points_lost"] == pytest.approx(lost[reason["feature"]])


def _points(feature: Row, values: Mapping[str, float | None]) -> float:
    value = values[feature["name"]]
    if value is None:
        return float(feature["missing"])
    return float(feature["points"][sum(value > cut for cut in feature["cuts"])])


def test_approval_and_deployment_are_entries_of_the_log(demo: Finished, passport: dict[str, Any]) -> None:
    """Each is the entry it names, by the person it names; the trainer was refused before."""
    model = passport["model"]["name"]
    kind, actor, approval = _entry(demo.home, passport["approval"]["entry"])
    assert (kind, actor, approval["by"]) == ("approval", "anna", passport["approval"]["by"])
    assert (approval["model"], approval["digest"]) == (model, passport["model"]["digest"])
    kind, _, deployment = _entry(demo.home, passport["deployment"]["entry"])
    assert (kind, deployment["deployment"]) == ("deployment", passport["deployment"]["name"])
    card = (demo.home / "models" / passport["model"]["digest"] / "scorecard.json").read_bytes()
    assert deployment["scorecard_sha256"] == hashlib.sha256(card).hexdigest()
    (refusal,) = passport["refusals"]
    kind, actor, refused = _entry(demo.home, refusal["entry"])
    assert (kind, actor, refused["trainer"]) == ("approval-refused", "tess", passport["model"]["trainer"])
    assert refusal["entry"] < passport["approval"]["entry"] < passport["deployment"]["entry"]


def test_mlflow_knows_the_same_model(demo: Finished, passport: dict[str, Any]) -> None:
    """Its registry has the version, of a finished run that names the training run, the digest and the versions read."""
    model = passport["model"]
    name, _, version = model["name"].partition("@")
    with sqlite3.connect(f"file:{demo.home / 'mlflow.db'}?mode=ro", uri=True) as database:
        query = "SELECT run_id, source FROM model_versions WHERE name = ? AND version = ?"
        run, source = database.execute(query, [name, int(version)]).fetchone()
        (status,) = database.execute("SELECT status FROM runs WHERE run_uuid = ?", [run]).fetchone()
        tags = dict(database.execute("SELECT key, value FROM tags WHERE run_uuid = ?", [run]))
        metrics = dict(database.execute("SELECT key, value FROM metrics WHERE run_uuid = ?", [run]))
    assert status == "FINISHED" and source.endswith(model["digest"])
    assert tags["lakeproof.run"] == model["training_run"] == demo.outcome["training_run"]
    assert tags["lakeproof.digest"] == model["digest"]
    learnt = {table["version"] for table in passport["training"]["tables"]}
    assert set(tags["lakeproof.inputs"].split(", ")) == learnt
    assert metrics == pytest.approx(model["metrics"])


def test_each_hop_is_a_commit_bound_to_its_run(demo: Finished, passport: dict[str, Any]) -> None:
    """Every version on the way exists, and the table's own log names run, job, actor and code as the passport does."""
    runs = {run["id"]: run for run in passport["runs"]}
    assert [hop["written"].partition("@")[0] for hop in passport["way"]] == [
        "gold.loan_features",
        "silver.loan_applications",
        "bronze.loan_applications",
    ]
    assert passport["way"][0]["read"] == passport["prediction"]["source"]
    for hop in passport["way"]:
        bound = delta_logs.commit(demo.home, hop["written"])
        run = runs[hop["run"]]
        assert (bound.run, bound.job) == (hop["run"], run["job"])
        assert (bound.actor, bound.code) == (run["actor"].removesuffix(" (asserted)"), run["code"])
        table, _, read = hop["read"].partition("@")
        assert int(read) in delta_logs.versions(demo.home, table)
    for table in passport["training"]["tables"]:
        assert delta_logs.commit(demo.home, table["version"]).added


def test_pins_and_manifests_are_of_the_bytes_in_the_lake(demo: Finished, passport: dict[str, Any]) -> None:
    """Each version the model learnt from is pinned by its training run; its manifest lists files as they are."""
    for table in passport["training"]["tables"]:
        kind, _, pin = _entry(demo.home, table["pinned"])
        assert (kind, pin["table"], pin["by"]) == ("pin", table["version"], demo.outcome["training_run"])
        kind, _, manifest = _entry(demo.home, table["manifest"])
        assert kind == "manifest" and manifest["files"]
        where = delta_logs.folder(demo.home, table["version"].partition("@")[0])
        for file in manifest["files"]:
            assert hashlib.sha256((where / file["path"]).read_bytes()).hexdigest() == file["sha256"]


def test_the_way_ends_in_the_landing_file(demo: Finished, passport: dict[str, Any]) -> None:
    """The file has that SHA-256 now, its load wrote the row, and the line in it gave every feature its value."""
    (landing,) = passport["landing"]
    file = demo.home / "landing" / landing["file"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == landing["sha256"]
    *_, first = passport["way"]
    assert landing["load"] == first["run"]
    application = passport["prediction"]["application_id"]
    bronze = _row(demo.home, first["written"], "application_id", application)
    with file.open(newline="") as lines:
        (line,) = [line for line in csv.DictReader(lines) if line["application_id"] == application]
    assert bronze["subject_ref"] == passport["prediction"]["subject_ref"]
    assert bronze["load_id"] == landing["load"]
    for name, value in passport["prediction"]["features"].items():
        said = float(line[name]) if line[name] else None
        assert bronze[name] == said or bronze[name] == pytest.approx(said), name
        assert value == said or value == pytest.approx(said, rel=1e-6), name


def test_every_feature_is_traced_to_its_column_of_the_file(passport: dict[str, Any]) -> None:
    """All of the model's features, none more, each to the column of its name; no protected attribute among them."""
    (landing,) = passport["landing"]
    columns = {column["feature"]: column["ends"] for column in passport["columns"]}
    assert columns == {name: [f"{landing['file']}#{name}"] for name in passport["model"]["features"]}
    assert not columns.keys() & {"black", "hispan", "white", "male", "married", "old", "action", "reject"}
