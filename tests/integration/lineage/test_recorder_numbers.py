"""A recorder numbers all its events, whatever becomes of its runs, so that a lost one shows."""

import random
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.catalog import Catalog
from lineage.actors import Actor
from lineage.emitter import MemoryEmitter, emitter_in_process
from lineage.errors import Refused
from lineage.names import JobId
from tests.support.told import recorder_to


def _numbers(events: list[dict[str, Any]]) -> tuple[set[str], list[int]]:
    stated = [event["run"]["facets"]["lakeproof_sequence"] for event in events]
    return {each["stream"] for each in stated}, [each["seq"] for each in stated]


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(0, 2**32))
def test_numbers_have_no_hole(fates: list[bool], seed: int) -> None:
    """Runs one within another, ending well or badly: 1, 2, 3 … in one stream, in the order of sending."""
    emitter = MemoryEmitter()
    recorder = recorder_to(emitter)
    chance = random.Random(seed)
    for good in fates:
        with ExitStack() as stack:
            if not good:
                stack.enter_context(pytest.raises(Refused))
            parent = stack.enter_context(recorder.run(JobId.ours("tests", "outer")))
            for _ in range(chance.randint(0, 2)):
                with recorder.run(JobId.ours("tests", "inner"), parent=parent.ref):
                    pass
            if not good:
                raise Refused("no")
    streams, numbers = _numbers(emitter.events)
    assert len(streams) == 1
    assert numbers == list(range(1, len(numbers) + 1))


def test_two_recorders_have_two_streams() -> None:
    """No process can take another's number."""
    streams = set()
    for _ in range(2):
        emitter = MemoryEmitter()
        with recorder_to(emitter).run(JobId.ours("tests", "run")):
            pass
        streams |= _numbers(emitter.events)[0]
    assert len(streams) == 2


def test_a_lost_event_of_ours_is_a_gap(tmp_path: Path) -> None:
    """What the recorder sent and the record never got is named by its number."""
    with Catalog.open(tmp_path) as catalog:
        sent: list[bytes] = []

        def lossy(body: bytes) -> None:
            sent.append(body)
            if len(sent) != 3:
                catalog.intake.accept(body, actor=Actor(name="ann"))

        recorder = recorder_to(emitter_in_process(lossy))
        for _ in range(2):
            with recorder.run(JobId.ours("tests", "run")):
                pass
        [gap] = catalog.intake.gaps()
    assert (gap.first, gap.last) == (3, 3)
