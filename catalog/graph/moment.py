"""A moment as a database keeps it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, TypeDecorator

from catalog.base import Whole

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_REMEMBERED = 1 << 14  # moments; one answer has each several times, and the next answer many of them again


def microseconds(moment: datetime) -> int:
    """A moment as the graph's tables hold it."""
    return (moment - _EPOCH) // _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """A moment in UTC as whole microseconds since 1970: exact, ordered and alike on every database."""

    impl = Whole
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        return _moment(value)

    def result_processor(self, _dialect: Dialect, _coltype: Any) -> Callable[[Any], datetime | None]:
        return _moment


@lru_cache(maxsize=_REMEMBERED)
def _moment(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)
