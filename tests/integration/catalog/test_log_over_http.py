"""The standard OpenLineage client feeds the record over real HTTP."""

import threading
from pathlib import Path

import pytest
from fastapi import FastAPI
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState

from catalog.catalog import Catalog
from catalog.routes import routes
from lakeproof.services.background import serving
from lineage.actors import Role
from lineage.certainty import Verified
from lineage.emitter import emitter_over_http
from lineage.errors import Fault
from lineage.ids import new_id
from tests.support.places import Place
from tests.support.record import ANNA

CLIENTS, EACH = 4, 15


def an_event() -> RunEvent:
    return RunEvent(
        eventType=RunState.COMPLETE,
        eventTime="2026-03-04T12:00:00.000000Z",
        run=Run(runId=str(new_id())),
        job=Job(namespace="test", name="job"),
        producer="urn:test",
    )


def test_clients_at_once_are_all_acknowledged(place: Place) -> None:
    """Several clients with a token, gzip and all: each event is one entry of an authenticated actor."""
    with place.open() as catalog:
        app = FastAPI()
        app.include_router(routes(catalog, without_token=False))
        token = catalog.actors.add("spark", Role.ENGINEER, by=ANNA)
        with serving(app) as url:

            def feed() -> None:
                emitter = emitter_over_http(url, token=token)
                for _ in range(EACH):
                    emitter.emit(an_event())

            threads = [threading.Thread(target=feed) for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        entries = catalog.log.entries("openlineage")
        assert len(entries) == CLIENTS * EACH
        assert {(entry.actor.name, entry.actor.authenticated) for entry in entries} == {("spark", True)}
        assert isinstance(catalog.log.verify(), Verified)


def test_a_client_without_a_token_hears_of_it(tmp_path: Path) -> None:
    """The emitter does not fail open: an event that was not acknowledged is an error of its sender."""
    with Catalog.open(tmp_path) as catalog:
        app = FastAPI()
        app.include_router(routes(catalog, without_token=False))
        with serving(app) as url, pytest.raises(Fault, match="did not acknowledge"):
            emitter_over_http(url).emit(an_event())
        assert catalog.log.size == 0
