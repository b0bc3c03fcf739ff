"""The one error root, and the four kinds of trouble every room distinguishes.

A message says what is wrong and where; `next_move` says what to do about it. The command line turns the
kind into an exit code, the services turn it into an HTTP status.
"""

from typing import ClassVar


class LakeproofError(Exception):
    """Root of every error that Lakeproof raises on purpose."""

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, *, next_move: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_move = next_move

    def __str__(self) -> str:
        return f"{self.message}; {self.next_move}" if self.next_move else self.message


class BadInput(LakeproofError):
    """What came in cannot be understood or used."""

    exit_code = 2
    http_status = 422


class NotFound(BadInput):
    """The thing asked for does not exist, or not at that version or time."""

    http_status = 404


class Refused(LakeproofError):
    """Understood, checked, and not so: a failed gate, a broken rule, a verification that fails."""

    exit_code = 1
    http_status = 409


class Denied(Refused):
    """The actor may not do this."""

    http_status = 403


class Fault(LakeproofError):
    """Something of ours is broken or cannot be reached."""
