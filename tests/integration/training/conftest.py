"""One training on the real decisions with the real record, shared by the tests of this folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lakeproof.services.background import serving
from lakeproof.services.record import record_app
from lineage.actors import Actor, Role
from lineage.emitter import emitter_over_http
from lineage.ids import new_id
from lineage.recorder import Environment, Recorder
from lineage.times import system_clock
from tests.support.mortgages import lake_of_mortgages
from training import Emission, TrainOutcome, TrainRequest, train

ENVIRONMENT = Environment(code="c0ffee", lock_sha256="0" * 64, python="3.11", platform="Linux x86_64")
Events = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A home with a lake, and where events go; `events` gives all that arrived, in order."""

    home: Path
    lake: Lake
    emission: Emission
    events: Callable[[], Events]

    def train(self, **settings: str) -> TrainOutcome:
        assert self.emission.url is not None
        recorder = Recorder(
            emitter_over_http(self.emission.url, token=self.emission.token),
            actor="tess",
            environment=ENVIRONMENT,
            clock=system_clock,
            new_id=new_id,
        )
        return train(
            TrainRequest(pipeline="mortgage", settings=settings),
            home=self.home,
            lake=self.lake,
            recorder=recorder,
            emission=self.emission,
        )


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The shared training: its outcome, the events of it alone, and the record that has them."""

    workshop: Workshop
    catalog: Catalog
    outcome: TrainOutcome
    events: Events


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    home = tmp_path_factory.mktemp("home")
    with Catalog.open(home) as catalog, serving(record_app(catalog, without_token=False)) as url:
        token = catalog.actors.add("tess", Role.TRAINER, by=Actor(name="anna"))

        def events() -> Events:
            return [entry.body() for entry in catalog.log.entries("openlineage")]

        workshop = Workshop(
            home=home,
            lake=lake_of_mortgages(home / "lake"),
            emission=Emission(url=url, token=token),
            events=events,
        )
        outcome = workshop.train()
        yield Trained(workshop=workshop, catalog=catalog, outcome=outcome, events=events())
