"""Prediction ids: UUIDv7 of the time, growing without exception."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inference.ids import GrowingIds

START = datetime(2025, 12, 1, tzinfo=UTC)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=50))
def test_ids_grow_whatever_the_clock_does(steps: list[int]) -> None:
    """Standing still or stepping back in milliseconds, the clock cannot make a smaller id."""
    now = START

    def clock() -> datetime:
        return now

    new_id = GrowingIds(clock)
    made = [new_id()]
    for step in steps:
        now += timedelta(milliseconds=step)
        made.append(new_id())
    assert made == sorted(set(made))
    assert all(one.version == 7 for one in made)


def test_an_id_tells_its_millisecond() -> None:
    """The first 48 bits are the time, as RFC 9562 has it."""
    made = GrowingIds(lambda: START)()
    assert made.int >> 80 == int(START.timestamp() * 1000)
    assert made.variant == "specified in RFC 4122"
