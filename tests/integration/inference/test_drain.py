"""Filing journaled predictions in a real lake: exactly once, whatever fails in between."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inference.drain import drain, prepare
from inference.journal import FileJournal
from inference.tables import PREDICTIONS
from lakehouse.errors import NoSuchTable
from lakehouse.lake import Lake
from lineage.emitter import Emitter, Event, MemoryEmitter
from lineage.errors import Fault
from lineage.names import TableVersion
from lineage.predictions import Prediction
from lineage.recorder import Recorder
from tests.support.scoring import ENVIRONMENT, IdCounter, Ticking, failed, prediction

SOURCE = TableVersion.parse("gold.loan_features@24")


class Unreliable(MemoryEmitter):
    """The memory twin, out of reach for the n-th event (from 0) of its life."""

    def __init__(self, lost: int) -> None:
        super().__init__()
        self._lost = lost

    def emit(self, event: Event) -> None:
        self._lost -= 1
        if self._lost == -1:
            raise Fault("the record is out of reach")
        super().emit(event)


class Bench:
    """A journal, a lake and a record in one folder."""

    def __init__(self, home: Path, emitter: MemoryEmitter | None = None) -> None:
        self.home = home
        self.lake = Lake(home / "lake")
        self.emitter = emitter or MemoryEmitter()
        self.recorder = _recorder(self.emitter)
        self.journal = FileJournal(home / "journal", new_id=IdCounter())

    def append(self, *predictions: Prediction) -> None:
        async def run() -> None:
            await asyncio.gather(*(self.journal.append(one.canonical()) for one in predictions))

        asyncio.run(run())

    def prepare(self) -> None:
        prepare(self.lake, self.recorder, Ticking())

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.lake.read(self.lake.newest(PREDICTIONS)).to_pylist()
        return sorted(rows, key=lambda row: str(row["prediction_id"]))

    def complete(self) -> list[dict[str, Any]]:
        """The completed batches, in the order in which they were said."""
        return [
            event
            for event in self.emitter.events
            if event["eventType"] == "COMPLETE" and event["job"]["name"] != "inference.prepare"
        ]


def _recorder(emitter: Emitter) -> Recorder:
    return Recorder(emitter, actor="scoring", environment=ENVIRONMENT, clock=Ticking(), new_id=IdCounter())


def _versions(datasets: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["namespace"], one["name"], one["facets"]["version"]["datasetVersion"]) for one in datasets]


def test_a_batch_is_one_commit_and_one_run(tmp_path: Path) -> None:
    """Deployment, model and source in, table version out, root and counts in the details, columns too."""
    bench = Bench(tmp_path)
    bench.prepare()
    bench.append(*(prediction(number, source=SOURCE) for number in (1, 2, 3)))
    (filed,) = drain(bench.journal, bench.lake, bench.recorder)
    assert str(filed.version) == "serving.predictions@1"
    (event,) = bench.complete()
    assert event["job"]["name"] == "inference.mortgage"
    assert event["job"]["facets"]["jobType"]["processingType"] == "SERVICE"
    assert _versions(event["inputs"]) == [
        ("lakeproof://deployments", "mortgage", "1"),
        ("lakeproof://models", "mortgage", "1"),
        ("lakeproof://lake", "gold.loan_features", "24"),
    ]
    assert _versions(event["outputs"]) == [("lakeproof://lake", "serving.predictions", "1")]
    details = event["run"]["facets"]["lakeproof_details"]
    assert details["kind"] == "batch"
    assert details["details"] == filed.batch.details()
    columns = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert {one["field"] for one in columns["score"]["inputFields"]} == {"hrat", "obrat", "pubrec"}
    newest = bench.lake.history(PREDICTIONS)[-1]
    assert (newest.run, newest.job) == (filed.batch.run_id, "lakeproof://jobs/inference.mortgage")
    assert [row["leaf_index"] for row in bench.rows()] == [0, 1, 2]


def test_what_is_filed_is_not_journaled_any_more(tmp_path: Path) -> None:
    """A second drain has nothing to do, and says nothing."""
    bench = Bench(tmp_path)
    bench.prepare()
    bench.append(prediction(1))
    assert len(drain(bench.journal, bench.lake, bench.recorder)) == 1
    said = len(bench.emitter.events)
    assert drain(bench.journal, bench.lake, bench.recorder) == ()
    assert len(bench.emitter.events) == said


@pytest.mark.parametrize("lost", range(6))
def test_a_lost_event_costs_and_doubles_nothing(tmp_path: Path, lost: int) -> None:
    """Whichever event of two batches is lost, the next drain states both, the same, and no row twice."""
    bench = Bench(tmp_path, Unreliable(lost + 2))  # two events make the table
    bench.prepare()
    bench.append(prediction(1), prediction(2, deployment=2), failed(3))
    failures = 0
    for _ in range(2):
        try:
            drain(bench.journal, bench.lake, bench.recorder)
        except Fault:
            failures += 1
    assert failures == (1 if lost < 4 else 0)
    assert [row["prediction_id"][-1] for row in bench.rows()] == ["1", "2", "3"]
    assert bench.lake.newest(PREDICTIONS).version == 2
    stated = {(event["run"]["runId"], str(_versions(event["outputs"]))) for event in bench.complete()}
    assert len(stated) == 2
    assert drain(bench.journal, bench.lake, bench.recorder) == ()


def test_a_batch_committed_before_a_kill_is_found_again(tmp_path: Path) -> None:
    """Another process takes up the journal: same run, same version, though others wrote in between."""
    bench = Bench(tmp_path, Unreliable(3))  # START is said, COMPLETE is lost
    bench.prepare()
    bench.append(prediction(1))
    with pytest.raises(Fault):
        drain(bench.journal, bench.lake, bench.recorder)
    bench.journal.close()
    again = Bench(tmp_path)
    again.append(prediction(2))
    filed = drain(again.journal, again.lake, again.recorder)
    assert [str(one.version) for one in filed] == ["serving.predictions@1", "serving.predictions@2"]
    assert len({one.batch.run_id for one in filed}) == 2
    assert [row["prediction_id"][-1] for row in again.rows()] == ["1", "2"]
    again.journal.close()


def test_the_table_is_made_by_a_run_of_its_own(tmp_path: Path) -> None:
    """Said again while nothing else is written, in case a kill kept it from being said; then never more."""
    bench = Bench(tmp_path)
    bench.prepare()
    bench.prepare()
    runs = {event["run"]["runId"] for event in bench.emitter.events}
    assert len(runs) == 1 and len(bench.emitter.events) == 4
    (created,) = bench.lake.history(PREDICTIONS)
    assert str(created.run) in runs
    bench.append(prediction(1))
    drain(bench.journal, bench.lake, bench.recorder)
    said = len(bench.emitter.events)
    bench.prepare()
    assert len(bench.emitter.events) == said


def test_damage_in_the_journal_is_a_finding(tmp_path: Path) -> None:
    """The records around it are filed, and the run says which bytes were no record."""
    bench = Bench(tmp_path)
    bench.prepare()
    for number in (1, 2, 3):
        bench.append(prediction(number))
    (path,) = (path for path in (tmp_path / "journal").glob("*.journal") if path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    drain(bench.journal, bench.lake, bench.recorder)
    (finding,) = bench.complete()[0]["run"]["facets"]["lakeproof_findings"]["findings"]
    assert finding["kind"] == "journal-damaged" and finding["severity"] == "critical"
    assert [row["prediction_id"][-1] for row in bench.rows()] == ["1", "3"]


def test_a_lake_out_of_reach_leaves_the_journal(tmp_path: Path) -> None:
    """Without its table nothing is filed and nothing lost; the run that tried is failed, then completed."""
    bench = Bench(tmp_path)
    bench.append(prediction(1))
    with pytest.raises(NoSuchTable):
        drain(bench.journal, bench.lake, bench.recorder)
    bench.prepare()
    assert len(drain(bench.journal, bench.lake, bench.recorder)) == 1
    states = [one["eventType"] for one in bench.emitter.events if "mortgage" in one["job"]["name"]]
    assert states == ["START", "FAIL", "START", "COMPLETE"]
    assert len(bench.rows()) == 1


def _mixed(number: int) -> Prediction:
    return prediction(number, deployment=number % 2 + 1)


@pytest.mark.parametrize("make", [prediction, _mixed])
def test_every_prediction_is_filed(tmp_path: Path, make: Callable[[int], Prediction]) -> None:
    """Over several drains, in as many commits as batches."""
    bench = Bench(tmp_path)
    bench.prepare()
    commits = 0
    for first in (1, 101, 201):
        bench.append(*(make(number) for number in range(first, first + 100)))
        commits += len(drain(bench.journal, bench.lake, bench.recorder))
    assert len(bench.rows()) == 300
    assert bench.lake.newest(PREDICTIONS).version == commits
    bench.journal.close()
