"""Killed in the middle of its work, again and again, the service loses no answer that it gave."""

import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from inference.tables import PREDICTIONS
from lakehouse.lake import Lake
from lineage.merkle import leaf_hash, root
from lineage.predictions import prediction_leaf
from tests.support.scoring import BAD, GOOD, request_for
from tests.support.scoring_service import Running, events, filed, scoring

KILLS = 10
CLIENTS = 6
#: Small batches in short order, so that kills fall between an append and its event as well.
SETTINGS = {"batch_seconds": 0.05, "batch_predictions": 15}


class Acknowledged:
    """The ids of answers that reached a client; `enough` is set when so many have."""

    def __init__(self, wanted: int) -> None:
        self.ids: list[str] = []
        self.enough = threading.Event()
        self._wanted = wanted

    def add(self, ids: list[str]) -> None:
        self.ids.extend(ids)
        if len(self.ids) >= self._wanted:
            self.enough.set()


def _load(url: str, acknowledged: Acknowledged, number: int) -> None:
    """Send requests of one and two rows, and flawed ones, until the service is gone."""
    requests = [request_for(GOOD, BAD), request_for(BAD, application_id=f"A-{number}"), {"inputs": []}]
    with httpx.Client(base_url=url, timeout=30) as client:
        for turn in range(100_000):
            try:
                answer = client.post("/v2/models/mortgage/infer", json=requests[turn % 3]).json()
            except httpx.TransportError:
                return
            acknowledged.add(_ids(answer))


def _ids(answer: dict[str, Any]) -> list[str]:
    if "prediction_ids" in answer:
        return list(answer["prediction_ids"])
    (found,) = [one["data"] for one in answer["outputs"] if one["name"] == "prediction_id"]
    return list(found)


def _killed_under_load(home: Path, wanted: int) -> list[str]:
    """Start, load, kill once so many answers came. Returns the ids of all answers that came."""
    acknowledged = Acknowledged(wanted)
    service = Running(home, **SETTINGS)
    with ThreadPoolExecutor(CLIENTS) as clients:
        loads = [clients.submit(_load, service.url, acknowledged, number) for number in range(CLIENTS)]
        came = acknowledged.enough.wait(timeout=60)
        service.kill()
        for load in loads:
            load.result()
    assert came
    return acknowledged.ids


def test_acknowledged_predictions_survive_kills(tmp_path: Path) -> None:
    """Each is filed exactly once, in a batch of one commit, of a complete run, with the root of its rows."""
    acknowledged: list[str] = []
    for kill in range(KILLS):
        acknowledged += _killed_under_load(tmp_path, wanted=10 + 23 * kill)
    with scoring(tmp_path, **SETTINGS):
        pass  # start and end: whatever the kills left is filed
    rows = filed(tmp_path)
    counted = Counter(row["prediction_id"] for row in rows)
    assert len(acknowledged) == len(set(acknowledged)) >= 10 * KILLS
    assert set(acknowledged) <= set(counted) and set(counted.values()) == {1}
    _check_batches(tmp_path, rows)
    left = [path for path in (tmp_path / "journal").glob("*.journal") if path.stat().st_size]
    assert left == []


def _check_batches(home: Path, rows: list[dict[str, Any]]) -> None:
    """Rows, commits and events tell of the same batches, and the stated roots are those of the rows."""
    complete = {
        one["run"]["runId"]: one
        for one in events(home)
        if one["eventType"] == "COMPLETE" and one["job"]["name"] != "inference.prepare"
    }
    batches: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        batches[row["batch"]].append(row)
    commits = Counter(str(commit.run) for commit in Lake(home / "lake").history(PREDICTIONS)[1:])
    assert set(commits) == set(complete) == set(batches) and set(commits.values()) == {1}
    for run, members in batches.items():
        ordered = sorted(members, key=lambda row: row["leaf_index"])
        details = complete[run]["run"]["facets"]["lakeproof_details"]["details"]
        assert root([leaf_hash(prediction_leaf(row)) for row in ordered]).hex() == details["merkle_root"]
        assert [row["leaf_index"] for row in ordered] == list(range(details["count"]))
