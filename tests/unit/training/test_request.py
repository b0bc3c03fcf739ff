"""Claims about what is asked of a training and what its steps are told."""

from pathlib import Path
from uuid import UUID

import pytest

from lakehouse.lake import Lake
from lineage.emitter import MemoryEmitter
from lineage.errors import BadInput
from lineage.ids import new_id
from lineage.names import JobId, RunId, TableVersion
from lineage.recorder import Environment, Recorder, RunRef
from lineage.times import system_clock
from tests.support.mortgages import FEATURE_TYPES, OUTCOME_TYPES, PROTECTED_TYPES, decisions, put
from training import Emission, TrainRequest, train
from training.errors import BadSetting, NoIntake, UnknownPipeline
from training.request import FEATURES_TABLE, OUTCOMES_TABLE, PROTECTED_TABLE, Assignment, Inputs
from training.run import pinned
from training.settings import TrainSettings


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The three tables: features at version 2, the others at 1."""
    lake = Lake(tmp_path_factory.mktemp("lake"))
    rows = decisions()[:10]
    put(lake, FEATURES_TABLE, rows[:5], FEATURE_TYPES)
    put(lake, FEATURES_TABLE, rows[5:], FEATURE_TYPES)
    put(lake, OUTCOMES_TABLE, rows, OUTCOME_TYPES)
    put(lake, PROTECTED_TABLE, rows, PROTECTED_TYPES)
    return lake


def _at(*texts: str) -> tuple[TableVersion, ...]:
    return tuple(TableVersion.parse(text) for text in texts)


def test_tables_not_pinned_are_taken_at_their_newest(lake: Lake) -> None:
    """What is asked for stays, the rest is resolved once."""
    assert pinned(_at("gold.loan_features@1"), lake).all == _at(
        "gold.loan_features@1", "silver.loan_outcomes@1", "silver.protected_attributes@1"
    )
    assert pinned((), lake).features.version == 2


def test_protected_attributes_are_not_learnt_from(lake: Lake) -> None:
    """What a model is made of does not include them, what a training reads does."""
    inputs = pinned((), lake)
    assert PROTECTED_TABLE not in {version.table for version in inputs.learnt_from}
    assert inputs.protected in inputs.all


@pytest.mark.parametrize(
    "at", [("gold.loan_features@9",), ("gold.other@1",), ("gold.loan_features@1", "gold.loan_features@2")]
)
def test_impossible_pins_are_refused(at: tuple[str, ...], lake: Lake) -> None:
    """A version that is not there, a table not read, a table pinned twice: each is bad input."""
    with pytest.raises(BadInput):
        pinned(_at(*at), lake)


@pytest.mark.parametrize(
    ("request_", "url", "kind"),
    [
        (TrainRequest(pipeline="cars", settings={}), "http://x", UnknownPipeline),
        (TrainRequest(pipeline="mortgage", settings={"colour": "red"}), "http://x", BadSetting),
        (TrainRequest(pipeline="mortgage", settings={}), None, NoIntake),
        (TrainRequest(pipeline="mortgage", settings={}), "", NoIntake),
    ],
)
def test_what_cannot_start_is_refused_before_anything_is_recorded(
    request_: TrainRequest, url: str | None, kind: type[Exception], lake: Lake, tmp_path: Path
) -> None:
    """An unknown pipeline or setting, or nowhere to send events: no run begins, and no file is made."""
    emitter = MemoryEmitter()
    recorder = Recorder(emitter, actor="ann", environment=_environment(), clock=system_clock, new_id=new_id)
    with pytest.raises(kind):
        train(request_, home=tmp_path, lake=lake, recorder=recorder, emission=Emission(url=url))
    assert emitter.events == []
    assert list(tmp_path.iterdir()) == []


def test_an_assignment_comes_back_as_it_went() -> None:
    """A step is told exactly what the parent resolved."""
    features, outcomes, protected = _at(
        "gold.loan_features@7", "silver.loan_outcomes@3", "silver.protected_attributes@2"
    )
    assignment = Assignment(
        pipeline="mortgage",
        parent=RunRef(id=RunId(UUID(int=7)), job=JobId.ours("training", "mortgage")),
        inputs=Inputs(features=features, outcomes=outcomes, protected=protected),
        settings=TrainSettings(test_months=3),
        actor="ann",
        environment=_environment(),
    )
    assert Assignment.parse(assignment.to_text()) == assignment


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pipeline": 1, "parent": {"run": "x"}}'])
def test_a_broken_assignment_is_refused(text: str) -> None:
    """A step started by hand says how it should be started."""
    with pytest.raises(BadInput, match="unreadable assignment"):
        Assignment.parse(text)


def _environment() -> Environment:
    return Environment(code="c0ffee", lock_sha256="0" * 64, python="3.11", platform="Linux x86_64")
