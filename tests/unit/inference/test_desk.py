"""The desk: whatever is asked, the answer is recorded before it is given."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from inference.desk import Desk, Reply
from inference.errors import BodyTooLarge
from inference.framing import split
from inference.journal import MemoryJournal
from inference.models import Models
from inference.registry import MemoryRegistry
from inference.sources import Sources
from lakehouse.lake import Lake
from lineage.errors import LakeproofError
from lineage.models import ModelVersion
from lineage.predictions import Prediction, Status
from tests.support.scoring import (
    BAD,
    GOOD,
    MORTGAGE,
    SERIES,
    IdCounter,
    Ticking,
    body_of,
    registry_with,
    request_for,
    tensor,
)


class Counter:
    """A desk over memory twins, and what its journal holds."""

    def __init__(self, lake: Path, registry: MemoryRegistry | None = None) -> None:
        self.journal = MemoryJournal(SERIES)
        self.desk = Desk(
            journal=self.journal,
            models=Models(registry or registry_with(), refresh_seconds=60),
            sources=Sources(Lake(lake)),
            clock=Ticking(),
            new_id=IdCounter(),
            most_rows=10,
        )

    def ask(
        self, body: bytes | LakeproofError, *, model: str = "mortgage", version: str | None = None
    ) -> Reply:
        return asyncio.run(self.desk.infer(model, version, body))

    def recorded(self) -> list[Prediction]:
        return [
            Prediction.parse(line)
            for segment in self.journal.seal()
            for record in self.journal.read(segment).records
            for line in split(record)
        ]


def _outputs(reply: Reply) -> dict[str, list[Any]]:
    return {one["name"]: one["data"] for one in reply.content["outputs"]}


def test_an_answer_is_what_was_recorded(tmp_path: Path) -> None:
    """Ids, scores, decisions and reasons of the answer are those of the journal, row by row."""
    counter = Counter(tmp_path)
    reply = counter.ask(body_of(request_for(GOOD, BAD, application_id=["A", "B"], subject_ref=["S", "T"])))
    assert reply.status == 200
    recorded, outputs = counter.recorded(), _outputs(reply)
    assert [str(one.prediction_id) for one in recorded] == outputs["prediction_id"]
    assert [one.score for one in recorded] == outputs["score"]
    assert [one.decision for one in recorded] == outputs["decision"] == ["approve", "deny"]
    assert [one.application_id for one in recorded] == ["A", "B"]
    assert [one.features for one in recorded] == [GOOD, BAD]
    assert [[reason.to_json() for reason in one.reasons] for one in recorded] == [
        json.loads(text) for text in outputs["reasons"]
    ]
    assert {(one.model, one.model_version, one.deployment) for one in recorded} == {("mortgage", 1, 1)}


def test_reasons_are_few_and_of_the_model(tmp_path: Path) -> None:
    """At most four, only features the model uses, most points lost first."""
    counter = Counter(tmp_path)
    counter.ask(body_of(request_for(BAD)))
    (one,) = counter.recorded()
    lost = [reason.points_lost for reason in one.reasons]
    assert 0 < len(one.reasons) <= 4 and lost == sorted(lost, reverse=True)
    assert {reason.feature for reason in one.reasons} <= set(BAD)


@pytest.mark.parametrize(
    ("model", "version", "status"),
    [
        ("nope", None, 404),
        ("mortgage", "9", 404),
        ("mortgage", "one", 404),
        ("mortgage", "3", 409),  # registered, not approved
        ("mortgage", "2", 409),  # approved, not deployed
        ("dormant", None, 409),
        ("mort\ngage\ud800", None, 404),
    ],
)
def test_who_found_no_model_is_recorded(tmp_path: Path, model: str, version: str | None, status: int) -> None:
    """With the application's id, the error, and no deployment."""
    counter = Counter(tmp_path)
    reply = counter.ask(body_of(request_for(GOOD, application_id="A")), model=model, version=version)
    (one,) = counter.recorded()
    assert reply.status == status and reply.content["error"] == one.error
    assert reply.content["prediction_ids"] == [str(one.prediction_id)]
    assert (one.status, one.application_id, one.deployment) == (Status.FAILED, "A", None)


def test_the_version_in_force_may_be_named(tmp_path: Path) -> None:
    """Asking for what is deployed is the same as asking for the model."""
    assert Counter(tmp_path).ask(body_of(request_for(GOOD)), version="1").status == 200


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"{", 422, "$: found"),
        (body_of({"inputs": [tensor("obrat", "x")]}), 422, "$.inputs lacks the feature hrat"),
        (body_of(request_for(GOOD, source="gold.loan_features@24")), 422, "$.parameters.source: gold.loan"),
        (BodyTooLarge("the request is longer than 9 bytes"), 413, "longer than 9 bytes"),
    ],
)
def test_a_request_that_cannot_be_scored_is_recorded(
    tmp_path: Path, body: bytes | LakeproofError, status: int, told: str
) -> None:
    """Every fault in the answer and in the record; the deployment that would have answered too."""
    counter = Counter(tmp_path)
    reply = counter.ask(body)
    (one,) = counter.recorded()
    assert reply.status == status and told in reply.content["error"]
    assert one.error == reply.content["error"]
    assert (one.status, one.score, one.decision, one.deployment) == (Status.FAILED, None, None, 1)


def test_one_flawed_row_fails_the_request(tmp_path: Path) -> None:
    """Answered together or not at all: both rows are recorded as failed, the error in full once."""
    counter = Counter(tmp_path)
    request = request_for(GOOD, BAD, application_id=["A", "B"])
    request["inputs"][0]["data"][1] = "x"
    assert counter.ask(body_of(request)).status == 422
    first, second = counter.recorded()
    assert "$.inputs[0].data[1]" in str(first.error)
    assert second.error == "refused with the first row of its request"
    assert (first.application_id, second.application_id) == ("A", "B")


def test_a_full_disk_acknowledges_nothing(tmp_path: Path) -> None:
    """503, no score and no id in the answer; once there is space again, the next request is answered."""
    counter = Counter(tmp_path)
    counter.journal.full = True
    reply = counter.ask(body_of(request_for(GOOD)))
    assert reply.status == 503 and reply.recorded == ()
    assert "outputs" not in reply.content and reply.content["prediction_ids"] == []
    assert counter.recorded() == []
    counter.journal.full = False
    assert counter.ask(body_of(request_for(GOOD))).status == 200


def test_a_damaged_scorecard_is_a_fault_of_ours(tmp_path: Path) -> None:
    """500, recorded: what was approved is not there to be served."""
    registry = MemoryRegistry()
    registry.register(MORTGAGE, b'{"scorecard": 1}', "d")
    registry.approve(MORTGAGE)
    registry.deploy(MORTGAGE)
    counter = Counter(tmp_path, registry)
    assert counter.ask(body_of(request_for(GOOD))).status == 500
    assert "damaged" in str(counter.recorded()[0].error)


def test_a_bug_of_ours_is_recorded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An exception nobody thought of is a 500 that tells no details, and a record."""

    class Broken(MemoryRegistry):
        def deployed(self, name: str) -> Any:
            raise ZeroDivisionError("secret")

    counter = Counter(tmp_path, Broken())
    reply = counter.ask(body_of(request_for(GOOD)))
    assert reply.status == 500 and "secret" not in reply.content["error"]
    assert counter.recorded()[0].error == reply.content["error"]
    assert "could not be scored" in caplog.text


def test_a_deployment_is_in_force_after_refreshing(tmp_path: Path) -> None:
    """What is deployed while requests come answers those that come after."""
    registry = registry_with()
    desk = Desk(
        journal=MemoryJournal(SERIES),
        models=Models(registry, refresh_seconds=0),
        sources=Sources(Lake(tmp_path)),
        clock=Ticking(),
        new_id=IdCounter(),
        most_rows=10,
    )

    async def ask() -> list[int | None]:
        before = await desk.infer("mortgage", None, body_of(request_for(GOOD)))
        registry.deploy(ModelVersion(name="mortgage", version=2))
        after = await desk.infer("mortgage", None, body_of(request_for(GOOD)))
        return [reply.recorded[0].model_version for reply in (before, after)]

    assert asyncio.run(ask()) == [1, 2]
