"""New ids: UUIDv7, so that they sort by time."""

from collections.abc import Callable
from uuid import UUID

from openlineage.client.uuid import generate_new_uuid

IdSource = Callable[[], UUID]


def new_id() -> UUID:
    """A random UUIDv7 of now (RFC 9562)."""
    return generate_new_uuid()
