"""Events come in once, whole, in order; what is wrong is refused with its paths and kept."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.catalog import Catalog
from catalog.intake import Gap, Receipt
from lineage.canonical import sha256
from lineage.openlineage import InvalidEvent
from tests.support.record import ANNA, event


def test_an_event_becomes_an_entry_verbatim(catalog: Catalog) -> None:
    """The log holds the very bytes, by whom and from which producer they came."""
    assert catalog.intake.accept(event(1), actor=ANNA) == Receipt(seq=0, duplicate=False)
    entry = catalog.log.entry(0)
    assert (entry.kind, entry.payload, entry.actor) == ("openlineage", event(1), ANNA)
    assert (entry.envelope.producer, entry.envelope.producer_seq) == ("urn:test", None)


def test_a_resend_is_no_news(catalog: Catalog) -> None:
    """The same bytes again get the same number, alone or within one batch."""
    catalog.intake.accept(event(1), actor=ANNA)
    assert catalog.intake.accept(event(1), actor=ANNA) == Receipt(seq=0, duplicate=True)
    assert catalog.intake.accept_all([event(1), event(2), event(2)], actor=ANNA) == (
        Receipt(seq=0, duplicate=True),
        Receipt(seq=1, duplicate=False),
        Receipt(seq=1, duplicate=True),
    )
    assert catalog.log.size == 2


def test_an_invalid_event_is_refused_and_kept(catalog: Catalog) -> None:
    """The error lists every fault with its path; the bytes are an entry of their own kind, once."""
    body = event(1, eventTime="yesterday", producer=7)
    for _ in range(2):
        with pytest.raises(InvalidEvent) as caught:
            catalog.intake.accept(body, actor=ANNA)
        assert {fault.path for fault in caught.value.faults} == {"$.eventTime", "$.producer"}
    [entry] = catalog.log.entries()
    assert (entry.kind, entry.payload) == ("refused-event", body)
    assert entry.envelope.payload_sha256 == sha256(body)


def test_a_batch_reports_each_event(catalog: Catalog) -> None:
    """One bad event does not hold up its neighbours, and keeps its place in the report."""
    good, bad, other = catalog.intake.accept_all([event(1), b"nonsense", event(2)], actor=ANNA)
    assert good == Receipt(seq=0, duplicate=False)
    assert isinstance(bad, InvalidEvent)
    assert other == Receipt(seq=2, duplicate=False)
    assert [entry.kind for entry in catalog.log.entries()] == ["openlineage", "refused-event", "openlineage"]


def test_an_empty_batch_is_nothing(catalog: Catalog) -> None:
    """No events, no receipts, no entries."""
    assert catalog.intake.accept_all([], actor=ANNA) == ()
    assert catalog.log.size == 0


@pytest.mark.parametrize("order", list(permutations([1, 3, 6])))
def test_missing_numbers_show_in_any_order(catalog: Catalog, order: tuple[int, ...]) -> None:
    """Numbers of a stream that never came are listed, whatever the order of those that did."""
    for number in order:
        catalog.intake.accept(event(number, stream="s"), actor=ANNA)
    catalog.intake.accept(event(1, stream="whole"), actor=ANNA)
    catalog.intake.accept(event(2), actor=ANNA)
    assert catalog.intake.gaps() == (Gap(stream="s", first=2, last=2), Gap(stream="s", first=4, last=5))


def test_a_stream_that_begins_late_lost_its_beginning(catalog: Catalog) -> None:
    """Streams count from 1; one seen from 3 on lacks two. Asked about earlier, the gap was not there."""
    catalog.intake.accept(event(3, stream="s"), actor=ANNA)
    assert catalog.intake.gaps() == (Gap(stream="s", first=1, last=2),)
    assert catalog.intake.gaps(upto=0) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.binary(max_size=50))
def test_no_bytes_break_the_door(catalog: Catalog, body: bytes) -> None:
    """Whatever bytes come, the answer is a receipt or a list of faults."""
    [answer] = catalog.intake.accept_all([body], actor=ANNA)
    assert isinstance(answer, InvalidEvent) and answer.faults
