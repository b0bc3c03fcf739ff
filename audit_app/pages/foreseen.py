"""Moments taken ahead, for pages that a browser is about to load. Nothing is asked here."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from time import monotonic
from uuid import UUID

from lineage.times import Instants

_SECONDS = 10  # between a page's program and its first question; then the moment is void


class Foreseen:
    """For each prediction the moment at which its page was foreseen: the very next load takes it, and no other."""

    def __init__(self, passed: Callable[[], float] = monotonic) -> None:
        self._passed = passed
        self._lock = Lock()
        self._moments: dict[UUID, tuple[float, Instants]] = {}

    def put(self, prediction: UUID, at: Instants) -> None:
        with self._lock:
            now = self._passed()
            fresh = {each: kept for each, kept in self._moments.items() if now - kept[0] < _SECONDS}
            self._moments = {**fresh, prediction: (now, at)}

    def take(self, prediction: UUID | None) -> Instants | None:
        """The moment, once; None when there is none, or it is void."""
        with self._lock:
            if prediction is None or prediction not in self._moments:
                return None
            since, at = self._moments.pop(prediction)
            return at if self._passed() - since < _SECONDS else None


@cache
def foreseen() -> Foreseen:
    """The one of this process."""
    return Foreseen()
