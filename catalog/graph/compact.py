"""JSON text that is the same for the same value."""

from typing import Any

import orjson


def compact(value: Any) -> str:
    """Sorted keys, no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
