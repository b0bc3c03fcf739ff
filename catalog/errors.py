"""Errors of the record that its callers tell apart."""

from typing import ClassVar

from lineage.errors import BadInput, Denied, Refused


class NotAuthenticated(Denied):
    """No token, or none that opens this door."""

    http_status: ClassVar[int] = 401


class TooLarge(BadInput):
    """More bytes than are taken at once."""

    http_status: ClassVar[int] = 413


class NotJson(BadInput):
    """A body of another media type than JSON."""

    http_status: ClassVar[int] = 415


class Busy(Refused):
    """As much as may wait is waiting; nothing of this was taken."""

    http_status: ClassVar[int] = 429

    #: Seconds after which to come again.
    retry_after: ClassVar[int] = 1
