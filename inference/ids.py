"""Prediction ids: UUIDv7 that only ever grow, so that tables and lookups stay in order of time."""

import secrets
from uuid import UUID

from lineage.times import Clock

_RANDOM_BITS = 74  # rand_a and rand_b of RFC 9562
_LOW_BITS = 62
_STEP_BITS = 40


class GrowingIds:
    """Makes ids in one thread. Within a millisecond, or when the clock steps back, the random part grows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def __call__(self) -> UUID:
        fresh = int(self._clock().timestamp() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        if fresh <= self._last:
            fresh = self._last + 1 + secrets.randbits(_STEP_BITS)
        self._last = fresh
        return _uuid7(fresh)


def _uuid7(value: int) -> UUID:
    """Spread 48 bits of milliseconds and 74 of randomness around the version and variant bits."""
    high, low = value >> _LOW_BITS, value & ((1 << _LOW_BITS) - 1)
    milliseconds, random_a = high >> 12, high & 0xFFF
    return UUID(int=milliseconds << 80 | 7 << 76 | random_a << 64 | 0b10 << 62 | low)
