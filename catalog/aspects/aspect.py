"""One aspect of one entity, held to what DataHub's own classes allow."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.aspects.encoding import NotAllowed, encoded
from lineage.errors import Fault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """One aspect of one entity as JSON text. `timestamp` (ms) only where the aspect is a series in time."""

    urn: str
    name: str
    body: str
    timestamp: int | None = None


def aspect(urn: str, value: Any, timestamp: int | None = None) -> Aspect:
    """A value of one of DataHub's classes as an aspect. Raises Fault when it is not what DataHub allows."""
    try:
        found = encoded(value)
    except NotAllowed as error:
        raise Fault(
            f"the aspect {value.ASPECT_NAME} of {urn} is not what DataHub allows: {error}",
            next_move="report it",
        ) from error
    body = json.dumps(found, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Aspect(urn=urn, name=value.ASPECT_NAME, body=body, timestamp=timestamp)


def millis(moment: datetime) -> int:
    """Milliseconds since 1970, as DataHub counts."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
