"""Claims about reading OpenLineage events."""

import json
from codecs import BOM_UTF8
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.names import DatasetId, JobId
from lineage.openlineage import EventKind, EventType, Fault, InvalidEvent, Sequence, parse_event
from lineage.openlineage.strict_json import loads

RUN = "0190f5d7-8d2c-7cc0-a3b5-2f8e5f6f2a10"
LINKS = {"_producer": "urn:test", "_schemaURL": "urn:test#/$defs/X"}


def run_event(**changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "eventType": "START",
        "eventTime": "2026-03-04T10:00:00.123456789+01:00",
        "producer": "https://example.com/producer",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": RUN},
        "job": {"namespace": "n", "name": "j"},
    }
    event.update(changes)
    return {key: value for key, value in event.items() if value is not ...}


def faults(event: object) -> set[tuple[str, str]]:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    with pytest.raises(InvalidEvent) as caught:
        parse_event(body)
    return {(fault.path, fault.found) for fault in caught.value.faults}


def test_a_run_event_becomes_values() -> None:
    """Names, times, versions, parent and sequence are parsed; facets are kept verbatim."""
    version = {**LINKS, "datasetVersion": "7"}
    parent = {**LINKS, "run": {"runId": RUN.upper()}, "job": {"namespace": "n", "name": "p"}}
    sequence = {**LINKS, "stream": "s", "seq": 4}
    custom = {**LINKS, "anything": [{"deep": None}]}
    event = parse_event(
        json.dumps(
            run_event(
                run={"runId": RUN, "facets": {"parent": parent, "lakeproof_sequence": sequence}},
                inputs=[{"namespace": "a", "name": "b", "facets": {"version": version, "custom": custom}}],
                outputs=[{"namespace": "a", "name": "c"}],
            )
        ).encode()
    )
    assert event.kind is EventKind.RUN and event.event_type is EventType.START
    assert event.event_time == datetime(2026, 3, 4, 9, 0, 0, 123456, tzinfo=UTC)
    assert event.run_id == UUID(RUN) and event.job == JobId(namespace="n", name="j")
    assert event.parent is not None and event.parent.id == UUID(RUN)
    assert event.sequence == Sequence(stream="s", seq=4)
    assert event.inputs[0].id == DatasetId(namespace="a", name="b")
    assert event.inputs[0].version == "7" and event.inputs[0].facets["custom"] == custom
    assert event.outputs[0].version is None


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (run_event(run=...), {("$.run", "nothing")}),
        (run_event(run=..., eventType=...), {("$.run", "nothing")}),
        (run_event(job={"namespace": "n"}), {("$.job.name", "nothing")}),
        (run_event(eventType="DONE"), {("$.eventType", "'DONE'")}),
        (run_event(eventType=None), {("$.eventType", "null")}),
        (run_event(eventTime="2026-03-04T10:00:00"), {("$.eventTime", "'2026-03-04T10:00:00'")}),
        (run_event(eventTime="2026-02-30T10:00:00Z"), {("$.eventTime", "'2026-02-30T10:00:00Z'")}),
        (run_event(eventTime="0001-01-01T00:00:00+10:00"), {("$.eventTime", "'0001-01-01T00:00:00+10:00'")}),
        (run_event(run={"runId": "42"}), {("$.run.runId", "'42'")}),
        (run_event(producer="no uri"), {("$.producer", "'no uri'")}),
        (run_event(inputs={}), {("$.inputs", "an object of 0 keys")}),
        (run_event(inputs=[{"name": 1}]), {("$.inputs[0].namespace", "nothing"), ("$.inputs[0].name", "1")}),
        (
            run_event(inputs=[{"namespace": "a", "name": "b", "facets": {"odd one": {}}}]),
            {
                ("$.inputs[0].facets['odd one']._producer", "nothing"),
                ("$.inputs[0].facets['odd one']._schemaURL", "nothing"),
            },
        ),
        (
            run_event(outputs=[{"namespace": "lakeproof://lake", "name": "Nope"}]),
            {("$.outputs[0].name", "'Nope'")},
        ),
        (run_event(job={"namespace": "n", "name": "a\0b"}), {("$.job.name", "'a\\x00b'")}),
        (
            run_event(run=..., eventType=..., schemaURL="urn:x", dataset={}),
            {("$.dataset", "an object of 0 keys")},
        ),
        ([run_event()], {("$", "an array of 1")}),
    ],
)
def test_what_the_specification_forbids_is_refused_at_its_path(
    event: object, expected: set[tuple[str, str]]
) -> None:
    """Each fault carries the path of the very value that is wrong."""
    assert faults(event) == expected


def test_every_fault_is_listed() -> None:
    """An event with five things wrong is told all five at once."""
    event = run_event(
        eventTime="yesterday",
        producer=...,
        run={"runId": 1},
        job={"name": "j"},
        outputs=[{"namespace": "a", "name": "b", "facets": {"version": {**LINKS, "datasetVersion": 7}}}],
    )
    assert {path for path, _ in faults(event)} == {
        "$.eventTime",
        "$.producer",
        "$.run.runId",
        "$.job.namespace",
        "$.outputs[0].facets.version.datasetVersion",
    }


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "$.b.c"),
        (b'{"a": "\xff"}', "$.a"),
        (b'{"a": [NaN]}', "$.a[0]"),
        (b'{"a": -Infinity}', "$.a"),
        (b'{"a": 1e999}', "$.a"),
        (b'{"a": 9007199254740992}', "$.a"),
        (b'{"a": ' + b"9" * 5000 + b"}", "$.a"),
        (b'{"a": "\\ud800"}', "$.a"),
        (b'{"a": 1', "$"),
        (b"", "$"),
        (b"[" * 100_000, "$"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "$.a.a.a"),
    ],
)
def test_json_is_read_without_latitude(body: bytes, path: str) -> None:
    """Duplicate keys, unbounded numbers, broken text and absurd depth are faults, with their path."""
    with pytest.raises(InvalidEvent) as caught:
        loads(body)
    assert {fault.path for fault in caught.value.faults} == {path}


def test_every_fault_is_listed_whatever_its_kind() -> None:
    """What is wrong as JSON, in any of several equal keys too, and as an event: in one answer, each with its path."""
    doubled = b'"job": {"namespace": "n", "name": 7}, "job": {"namespace": NaN, "name": "j"}'
    odd = (
        b'"inputs": [{"namespace": "\xff", "size": 9007199254740993}, {"name": "\\ud800", "namespace": "n"}]'
    )
    links = b'"producer": "no uri", "schemaURL": "urn:x", "run": {"runId": "42"}'
    found = faults(b'{"eventTime": "yesterday", ' + b", ".join([doubled, odd, links]) + b"}")
    assert found == {
        ("$.eventTime", "'yesterday'"),
        ("$.job", "the key twice"),
        ("$.job.name", "7"),
        ("$.job.namespace", "a number that is not finite"),
        ("$.inputs[0].namespace", "the byte 0xff"),
        ("$.inputs[0].size", "9007199254740993"),
        ("$.inputs[0].name", "nothing"),
        ("$.inputs[1].name", "half a surrogate pair"),
        ("$.producer", "'no uri'"),
        ("$.run.runId", "'42'"),
    }


def test_a_byte_order_mark_is_named() -> None:
    """Of UTF-8 it is a fault beside the others; of UTF-16 it says what the text is."""
    event = json.dumps(run_event(eventType="DONE")).encode()
    mark = ("$", "a byte-order mark (EF BB BF) before the JSON")
    assert faults(BOM_UTF8 + event) == {mark, ("$.eventType", "'DONE'")}
    assert faults(BOM_UTF8 + b"{") > {mark}
    assert faults("{}".encode("utf-16")) == {("$", "text in UTF-16, by its byte-order mark")}


def test_job_and_dataset_events_are_accepted() -> None:
    """Events outside of any run have their own rules."""
    common = {"eventTime": "2026-03-04T10:00:00Z", "producer": "urn:x", "schemaURL": "urn:x"}
    job = parse_event(json.dumps({**common, "job": {"namespace": "n", "name": "j"}}).encode())
    assert job.kind is EventKind.JOB and job.run_id is None
    dataset = parse_event(json.dumps({**common, "dataset": {"namespace": "n", "name": "d"}}).encode())
    assert dataset.kind is EventKind.DATASET
    assert dataset.dataset is not None and dataset.dataset.id == DatasetId(namespace="n", name="d")


def test_a_deleted_facet_needs_no_content_and_says_nothing() -> None:
    """`_deleted` removes a facet; its required fields are not asked for."""
    gone = {**LINKS, "_deleted": True}
    event = run_event(inputs=[{"namespace": "a", "name": "b", "facets": {"version": gone}}])
    assert parse_event(json.dumps(event).encode()).inputs[0].facets == {}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
_KEYS = st.sampled_from(
    ["eventType", "eventTime", "producer", "schemaURL", "run", "job", "dataset", "inputs", "outputs"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_KEYS, _JSON))
def test_no_json_value_breaks_the_reader(changes: dict[str, Any]) -> None:
    """Whatever is put into an event, it is parsed or refused with faults, never anything else."""
    faults: tuple[Fault, ...] = ()
    try:
        parse_event(json.dumps(run_event(**changes)).encode())
    except InvalidEvent as refused:
        faults = refused.faults
    assert all(fault.path.startswith("$") for fault in faults)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    """Bytes that are no event are refused with faults."""
    with pytest.raises(InvalidEvent):
        parse_event(body)
