"""The aspects follow in a process beside the service: never in the intake's way, whatever becomes of either."""

import os
import select
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from catalog.catalog import Catalog
from lakeproof.services.processes import Running
from tests.support.record import event
from tests.support.served_record import record_served

_SECONDS = 60  # within which an orphan ends; a follower needs what one step takes
_LOOK_SECONDS = 0.05


@pytest.mark.timeout(300)
def test_events_and_aspects_go_on_though_the_follower_is_killed(tmp_path: Path) -> None:
    """Every event is taken at once with the aspects, which end as if each had been worked through alone."""
    with record_served(tmp_path) as service, ThreadPoolExecutor(4) as producers:
        sent = [producers.submit(send, service, f"urn:p:{number}", 60) for number in range(4)]
        followers = lives(service)
        for _ in range(2):
            os.kill(next(followers), signal.SIGKILL)
        assert [each.result() for each in sent] == [[201] * 60] * 4
        wait_until_followed(service)
    with Catalog.open(tmp_path) as catalog:
        assert (catalog.log.size, catalog.aspects.lag()) == (240, 0)
        followed = aspects(catalog)
        catalog.rebuild()
        assert aspects(catalog) == followed
        assert len(followed) > 100


@pytest.mark.timeout(300)
def test_the_follower_ends_with_the_service(tmp_path: Path) -> None:
    """Also after kill -9, which gives the service no time to end anybody."""
    with record_served(tmp_path) as service:
        follower = next(lives(service))
        watched = os.pidfd_open(follower)
        os.kill(service.process.pid, signal.SIGKILL)
        ended, _, _ = select.select([watched], [], [], _SECONDS)
        os.close(watched)
    assert ended


def send(service: Running, stream: str, events: int) -> list[int]:
    connection = HTTPConnection(service.url.removeprefix("http://"), timeout=60)
    answers = []
    for number in range(1, events + 1):
        job = {"namespace": stream, "name": f"j{number % 7}"}
        connection.request("POST", "/api/v1/lineage", event(number, stream=stream, job=job))
        answer = connection.getresponse()
        answer.read()
        answers.append(answer.status)
    connection.close()
    return answers


def lives(service: Running) -> Iterator[int]:
    """The follower's processes, one after another."""
    seen: set[int] = set()
    while True:
        for process in set(children(service.process.pid)) - seen:
            seen.add(process)
            yield process


def children(parent: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, its_parent, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(its_parent) == parent and state != "Z":
                yield int(entry.name)


def wait_until_followed(service: Running) -> None:
    connection = HTTPConnection(service.url.removeprefix("http://"), timeout=60)
    ended = os.pidfd_open(service.process.pid)
    while lag(connection):
        over, _, _ = select.select([ended], [], [], _LOOK_SECONDS)
        assert not over
    os.close(ended)
    connection.close()


def lag(connection: HTTPConnection) -> float:
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    for family in text_string_to_metric_families(text):
        if family.name == "lakeproof_aspects_lag_entries":
            return family.samples[0].value
    raise AssertionError("the lag is not among the figures")


def aspects(catalog: Catalog) -> list[object]:
    """All that is said of the runs, and the names of everything else."""
    runs = [urn for urn in catalog.aspects.urns() if ":dataProcessInstance:" in urn]
    names = ("dataProcessInstanceProperties", "dataProcessInstanceRelationships")
    said = [(urn, [catalog.aspects.get(urn, name) for name in names]) for urn in runs]
    return [*catalog.aspects.urns(), *said]
