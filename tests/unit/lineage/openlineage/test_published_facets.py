"""Each facet that the specification publishes is taken in all its shapes; a wrong shape under its name is a fault."""

import json
from pathlib import Path
from typing import Any

import pytest

from lineage.openlineage import InvalidEvent, parse_event
from lineage.openlineage.coverage import KNOWN, Place, table
from lineage.openlineage.logged import parse_logged
from tests.support.broken_facets import BROKEN
from tests.support.facet_samples import SAMPLES
from tests.support.facets import LINKS, WITHIN, carrying, facet

EACH = [(place, key, sample) for (place, key), samples in SAMPLES.items() for sample in samples]


def encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.parametrize(("place", "key", "sample"), EACH)
def test_each_sample_is_accepted(place: Place, key: str, sample: dict[str, Any]) -> None:
    """In every shape, with members beyond it, and next to a custom facet; all of it stays as it was."""
    facets = {key: {**sample, "beyond": [{"deep": None}]}, "acme_custom": facet(anything=[1, {"x": None}])}
    event = parse_event(encoded(carrying(place, facets)))
    kept = {
        Place.RUN: event.run_facets,
        Place.JOB: event.job_facets,
        Place.DATASET: event.outputs[0].facets,
        Place.INPUT: event.inputs[0].io_facets,
        Place.OUTPUT: event.outputs[0].io_facets,
    }
    assert kept[place] == facets


@pytest.mark.parametrize(("place", "key", "sample", "fault"), BROKEN)
def test_a_wrong_shape_is_refused_at_its_path(
    place: Place, key: str, sample: dict[str, Any], fault: str
) -> None:
    """What its own schema forbids is refused, with the path of the value that is wrong."""
    with pytest.raises(InvalidEvent) as caught:
        parse_event(encoded(carrying(place, {key: sample})))
    paths = {each.path for each in caught.value.faults}
    assert {f"{within}.{key}{fault}" for within in WITHIN[place]} <= paths


@pytest.mark.parametrize("place", list(Place))
def test_a_facet_of_any_name_has_its_links(place: Place) -> None:
    """`_producer` and `_schemaURL` are asked of custom facets too."""
    with pytest.raises(InvalidEvent) as caught:
        parse_event(encoded(carrying(place, {"acme_custom": {"_producer": "https://example.com"}})))
    assert {each.path for each in caught.value.faults} == {
        f"{within}.acme_custom._schemaURL" for within in WITHIN[place]
    }


@pytest.mark.parametrize(("place", "key"), [(each.place, each.key) for each in KNOWN])
def test_a_facet_that_takes_itself_back_needs_no_content(place: Place, key: str) -> None:
    """`_deleted` is all it has to say."""
    event = parse_event(encoded(carrying(place, {key: {**LINKS, "_deleted": True}})))
    assert not event.run_facets and not event.job_facets and not event.outputs[0].facets


def test_the_samples_are_complete() -> None:
    """Each facet of the table has samples and a broken one."""
    named = {(each.place, each.key) for each in KNOWN}
    assert set(SAMPLES) == named
    assert {(place, key) for place, key, _, _ in BROKEN} == named


def test_the_documentation_says_what_becomes_of_each_facet() -> None:
    """The table in docs/openlineage.md is the one that the data makes."""
    text = Path("docs/openlineage.md").read_text(encoding="utf-8")
    written = text.partition("<!-- facets -->\n")[2].partition("<!-- /facets -->")[0]
    assert written.splitlines() == list(table())


def test_what_was_logged_under_other_rules_is_still_read() -> None:
    """A facet that is forbidden today says nothing; the rest of its event still speaks."""
    event = carrying(Place.DATASET, {"version": facet(datasetVersion="7"), "storage": facet()})
    read = parse_logged(encoded(event))
    assert read is not None and read.outputs[0].version == "7"
    assert set(read.outputs[0].facets) == {"version"}
    assert parse_logged(encoded({**event, "eventTime": "noon"})) is None
    assert parse_logged(b"{") is None


def test_faults_beyond_counting_are_summed_up() -> None:
    """An event that is nothing but faults is told ten thousand of them, and that there are more."""
    event = {**carrying(Place.RUN, {}), "inputs": [1] * 20_000}
    with pytest.raises(InvalidEvent) as caught:
        parse_event(encoded(event))
    assert len(caught.value.faults) == 10_001
