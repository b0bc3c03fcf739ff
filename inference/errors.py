"""What can go wrong in the scoring service, beyond the four kinds of `lineage.errors`."""

from collections.abc import Sequence
from typing import ClassVar

from lineage.errors import BadInput, Fault, NotFound, Refused


class InvalidRequest(BadInput):
    """A request that cannot be scored; `flaws` lists all: where, what is wrong, what would be right."""

    def __init__(self, flaws: Sequence[str]) -> None:
        super().__init__(" | ".join(flaws))
        self.flaws = tuple(flaws)


class BodyTooLarge(BadInput):
    """The request is longer than the service reads."""

    http_status: ClassVar[int] = 413


class UnknownModel(NotFound):
    """No model of that name, or no such version."""


class NotApproved(Refused):
    """The version exists and nobody has approved it."""


class NotDeployed(Refused):
    """The model or version exists and no deployment of it answers."""


class JournalUnavailable(Fault):
    """The journal could not make a record durable (disk full, …): nothing was acknowledged."""

    http_status: ClassVar[int] = 503
