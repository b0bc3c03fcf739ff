"""What producers send over real HTTP: packed, in batches, in pieces, too much of it."""

import gzip
import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from openlineage.client.transport.http import HttpCompression, HttpConfig, HttpTransport

from catalog.catalog import Catalog
from catalog.web.door import LIMIT
from lakeproof.services.background import serving
from lakeproof.services.record import record_app
from lineage.ids import new_id
from tests.support.record import event


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def url(catalog: Catalog) -> Iterator[str]:
    with serving(record_app(catalog, without_token=True)) as address:
        yield address


def post(url: str, path: str, body: bytes | Iterator[bytes], **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=60)
    stated = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    connection.request("POST", path, body, stated, encode_chunked=not isinstance(body, bytes))
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    return answer, told


@pytest.mark.parametrize("compression", [None, HttpCompression.GZIP])
def test_the_standard_client_is_understood(
    catalog: Catalog, url: str, compression: HttpCompression | None
) -> None:
    """As its HTTP transport sends it, plain or packed."""
    client = OpenLineageClient(transport=HttpTransport(HttpConfig(url=url, compression=compression)))
    sent = RunEvent(
        eventType=RunState.COMPLETE,
        eventTime="2026-03-04T12:00:00.000000Z",
        run=Run(runId=str(new_id())),
        job=Job(namespace="test", name="job"),
        producer="urn:test",
    )
    client.emit(sent)
    [entry] = catalog.log.entries("openlineage")
    assert entry.body()["run"]["runId"] == sent.run.runId


def test_a_batch_in_pieces_reports_per_event(catalog: Catalog, url: str) -> None:
    """Packed, in chunks of a few bytes: each event's fate by its index."""
    packed = gzip.compress(b"[" + event(1) + b", {}, " + event(2) + b"]")
    pieces = (packed[at : at + 7] for at in range(0, len(packed), 7))
    chunked = {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}
    answer, told = post(url, "/api/v1/lineage/batch", pieces, **chunked)
    assert answer.status == 200
    assert [each["status"] for each in json.loads(told)["events"]] == ["accepted", "refused", "accepted"]
    assert catalog.log.size == 3


def test_a_small_packet_that_unpacks_too_large_is_413(catalog: Catalog, url: str) -> None:
    """The limit holds for what comes out, and nothing of it is kept."""
    bomb = gzip.compress(b" " * (LIMIT + 1))
    assert len(bomb) < LIMIT / 500
    answer, told = post(url, "/api/v1/lineage", bomb, Content_Encoding="gzip")
    assert answer.status == 413
    assert str(LIMIT) in json.loads(told)["error"]
    assert catalog.log.size == 0


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_body_that_cannot_be_unpacked_is_422(catalog: Catalog, url: str, encoding: str) -> None:
    """Another encoding, or one that is not what it says."""
    answer, told = post(url, "/api/v1/lineage", event(1), Content_Encoding=encoding)
    assert answer.status == 422 and json.loads(told)["next_move"]
    assert catalog.log.size == 0
